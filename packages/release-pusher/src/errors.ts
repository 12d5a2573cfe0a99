import { CiError, shellQuote } from '@istio-ci/kit';

/** The image behind a tag, as a conflict shows it. */
export interface TagHolder {
  readonly digest: string | undefined;
  /** The engine's name for an image that no registry has yet. */
  readonly engineId?: string | undefined;
  readonly created?: string | undefined;
  readonly revision?: string | undefined;
}

/** A tag that is taken, and what we would have put there; without a digest if no registry has it yet. */
export interface TagConflict {
  readonly ref: string;
  readonly there: TagHolder;
  readonly ours: TagHolder;
}

/** Every error text of this package. */
export const releaseErrors = {
  gitBroken: (root: string, cause: unknown) =>
    new CiError({
      code: 'GIT_BROKEN',
      kind: 'source',
      message: `git cannot read the checkout in ${root}, so nothing is known about its tags.`,
      remedy: /dubious ownership/.test(String(cause))
        ? `Let its owner run this, or trust it: git config --global --add safe.directory ${shellQuote(ownedTop(cause) ?? root)}`
        : 'Check out the source with git, with at least one commit; "git status" there must work.',
      cause,
    }),

  wrongCommit: (wanted: string, head: string) =>
    new CiError({
      code: 'WRONG_REF',
      kind: 'source',
      message: `GIT_COMMIT is ${wanted}, but HEAD is ${head}.`,
      remedy: 'Check out the commit that GIT_COMMIT names, or unset it.',
    }),

  tagNotAtHead: (tag: string, tags: readonly { name: string }[]) =>
    new CiError({
      code: 'WRONG_REF',
      kind: 'source',
      message: `TAG_NAME is ${tag}, but HEAD carries ${tags.length === 0 ? 'no tag' : list(tags.map(({ name }) => name))}.`,
      remedy: 'Check out the tag that TAG_NAME names, or unset it.',
    }),

  tagNotSemver: (tags: readonly string[]) => {
    const plus = tags.find((tag) => tag.includes('+'));
    return new CiError({
      code: 'TAG_NOT_SEMVER',
      kind: 'source',
      message: `HEAD carries ${list(tags)}, and no release is named like that.`,
      remedy: plus
        ? `An image tag cannot hold "+": name the tag ${plus.replaceAll('+', '-')}.`
        : 'Name it like 1.29.1, v1.29.1-rc.1 or 1.29.1-<vendor>.2 with push.vendor set, or set push.tagPattern.',
    });
  },

  buildTagReserved: (candidate: string) =>
    new CiError({
      code: 'BUILD_TAG_RESERVED',
      kind: 'usage',
      message: `The candidate would be tagged ${candidate}, and tags like that are for releases.`,
      remedy: 'Name the build differently, as in BUILD_TAG=jenkins-acme-7 or --build-tag.',
    }),

  patternInvalid: (pattern: string, cause: unknown) =>
    new CiError({
      code: 'TAG_PATTERN_INVALID',
      kind: 'usage',
      message: `The tag pattern ${pattern} is not a regular expression.`,
      remedy: 'Correct push.tagPattern in istio-ci.yaml.',
      cause,
    }),

  releaseRequired: (reason: string, message: string) =>
    new CiError({
      code: reason,
      kind: 'source',
      message: `A release is required, but there is none: ${message}`,
      remedy:
        reason === 'TAGS_UNKNOWN'
          ? 'Fetch the tags: git fetch --tags (and --unshallow). In Jenkins, let the checkout fetch tags.'
          : 'Put exactly one release tag on HEAD, or set TAG_NAME to the tag to release.',
    }),

  treeDirty: (paths: readonly string[], tag: string | undefined) =>
    new CiError({
      code: 'TREE_DIRTY',
      kind: 'source',
      message: `The source tree differs from its commit in ${counted(paths.length, 'path')}: ${list(paths)}.`,
      remedy:
        tag === undefined
          ? 'Commit or remove them, or allow a -dirty candidate with --allow-dirty.'
          : `Commit or remove them: release ${tag} is made only from the tagged commit.`,
    }),

  treeChanged: (paths: readonly string[]) =>
    new CiError({
      code: 'TREE_CHANGED',
      kind: 'source',
      message: `The source changed while it was built: ${list(paths)}.`,
      remedy: 'Find what wrote to it and run again: the tested source must be that of the commit.',
    }),

  treeMoved: (before: string, after: string) =>
    new CiError({
      code: 'TREE_CHANGED',
      kind: 'source',
      message: `HEAD moved from ${before} to ${after} during the build.`,
      remedy: 'Run again, and do not check out or commit while it runs.',
    }),

  credsInWorkspace: (file: string, root: string) =>
    new CiError({
      code: 'CREDS_IN_WORKSPACE',
      kind: 'usage',
      message: `The push credentials ${file} are inside the workspace ${root}, where build contexts and archives reach them.`,
      remedy: 'Keep them elsewhere: in Jenkins a file binding, on a laptop your own ~/.docker.',
    }),

  secretLeaked: (places: readonly string[], failure?: unknown) => {
    const before = failure instanceof CiError ? ` The push itself had failed before: ${failure.remedy}` : '';
    return new CiError({
      code: 'SECRET_LEAKED',
      kind: 'integrity',
      message: `A push credential was found in ${counted(places.length, 'place')}: ${list(places)}.`,
      remedy: `Revoke it now, remove it from there, and find what wrote it.${before}`,
      cause: failure,
    });
  },

  scanIncomplete: (places: readonly string[]) =>
    new CiError({
      code: 'SCAN_INCOMPLETE',
      kind: 'integrity',
      message: `${counted(places.length, 'place')} could not be scanned for push credentials: ${list(places)}.`,
      remedy: 'Remove them, or let this user read them; then run the push again.',
    }),

  nothingPushed: (hub: string, tag: string) =>
    new CiError({
      code: 'NOTHING_PUSHED',
      kind: 'registry',
      message: `After the push stage the engine has no image ${hub}/*:${tag}.`,
      remedy: 'Let "make push" build and push to HUB with TAG, in the engine that DOCKER_HOST names.',
    }),

  candidateUnverified: (ref: string, there: string | undefined) =>
    new CiError({
      code: 'CANDIDATE_UNVERIFIED',
      kind: 'registry',
      message:
        there === undefined
          ? `After the push the registry has nothing under ${ref}.`
          : `After the push the registry has ${there} under ${ref}, and the engine built another image.`,
      remedy:
        there === undefined
          ? 'Run the push again; if that does not help, the registry does not keep what it accepts: read its log.'
          : 'Run the push again; if that does not help, find what else pushes under this tag.',
    }),

  tagConflict: (conflicts: readonly TagConflict[]) =>
    new CiError({
      code: 'TAG_CONFLICT',
      kind: 'registry',
      message: `${conflicts.length === 1 ? 'A tag names' : `${conflicts.length} tags name`} another image already:${conflicts.map(conflict).join('')}`,
      remedy: 'A tag that is out is never moved: release under a new tag (or BUILD_TAG).',
    }),

  tagNotOurs: (ref: string, wanted: string, there: string | undefined) =>
    new CiError({
      code: 'DIGEST_MISMATCH',
      kind: 'integrity',
      message: `${ref} was put on ${wanted}, and the registry has ${there ?? 'nothing'} there.`,
      remedy: 'Find what else writes this tag, or removes it; then run the same command again.',
    }),

  indexIncomplete: (ref: string, child: string) =>
    new CiError({
      code: 'INDEX_INCOMPLETE',
      kind: 'integrity',
      message: `${ref} lists ${child}, which the registry does not have.`,
      remedy: 'Push all platforms of the image, then release.',
    }),

  unfinishedRelease: (tag: string, candidate: string, next: string, journal: string) =>
    new CiError({
      code: 'PARTIAL',
      kind: 'partial',
      message: `Release ${tag} was begun with the images of ${candidate} and is not complete.`,
      remedy: `Finish it first: ${next}. To leave it as it is for good, move ${journal} away.`,
    }),

  partial: (tag: string, table: string, next: string, cause: unknown) =>
    new CiError({
      code: 'PARTIAL',
      kind: 'partial',
      message: `Release ${tag} is partly out.\n${table}`,
      remedy: `Finish it: ${next}`,
      cause,
    }),

  rebuildCut: (tag: string, out: readonly string[], journal: string) =>
    new CiError({
      code: 'REBUILD_CUT',
      kind: 'partial',
      message: `The second push of ${tag} was cut while it built: ${list(out)} ${out.length === 1 ? 'is' : 'are'} out, and building again would replace what is out.`,
      remedy: `Move ${journal} away and release under a new tag. With push.mode promote, a release that was cut can always be finished.`,
    }),

  rebuildDiffers: (tag: string, missing: readonly string[], extra: readonly string[], journal: string) => {
    const differences = [
      missing.length > 0 ? `made no ${list(missing)}` : '',
      extra.length > 0 ? `made ${list(extra)}, which was not tested` : '',
    ].filter(Boolean);
    return new CiError({
      code: 'REBUILD_DIFFERS',
      kind: 'partial',
      message: `The second push of ${tag} ${differences.join(' and ')}, and what it made is out.`,
      remedy: `Let both pushes make the same images; then move ${journal} away and release under a new tag.`,
    });
  },

  nothingToResume: (file: string) =>
    new CiError({
      code: 'NOTHING_TO_RESUME',
      kind: 'usage',
      message: `${file} contains no interrupted push.`,
      remedy: 'Run the push itself.',
    }),

  resumeNeedsBuild: (candidate: string, begun: string | null) =>
    new CiError({
      code: 'RESUME_NEEDS_BUILD',
      kind: 'usage',
      message:
        begun === null
          ? `The images of ${candidate} had not all been pushed and verified, so nothing was released.`
          : `The second push of ${begun} was cut, and its images are in the engine that built them.`,
      remedy: `Run the push again as it was, with the same BUILD_TAG (its candidate is ${candidate}) and hubs.`,
    }),

  journalBroken: (file: string, line: number, cause: unknown) =>
    new CiError({
      code: 'JOURNAL_BROKEN',
      kind: 'integrity',
      message: `${file}:${line} is not a record of a push.`,
      remedy: `Look at it, then move ${file} away.`,
      cause,
    }),

  journalBusy: (file: string, pid: string) =>
    new CiError({
      code: 'JOURNAL_BUSY',
      kind: 'usage',
      message: `${pid === '' ? 'Another process' : `Process ${pid}`} is pushing with ${file}.`,
      remedy: 'Wait for it, or push from another workspace.',
    }),
};

/** How many names a sentence lists at most; after that it says how many more there are. */
const mostNames = 20;

function list(names: readonly string[]): string {
  const more = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** The folder that git itself names: a distribution may be one of several in a checkout. */
function ownedTop(cause: unknown): string | undefined {
  return /dubious ownership in repository at '([^'\n]+)'/.exec(String(cause))?.[1];
}

function conflict({ ref, there, ours }: TagConflict): string {
  return `\n  ${ref}\n    there  ${holder(there)}\n    ours   ${holder(ours)}`;
}

function holder({ digest, engineId, created, revision }: TagHolder): string {
  const facts = [created && `created ${created}`, revision && `revision ${revision}`].filter(Boolean);
  const image = digest ?? (engineId === undefined ? 'not built yet' : `built, in the engine ${engineId}`);
  return `${image}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}
