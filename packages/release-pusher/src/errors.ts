import { CiError, type ErrorText, type ExitKind, shellQuote } from '@istio-ci/kit';
import type { Denial, TagConflict, TagHolder } from './error-context.ts';

const make =
  (kind: ExitKind) =>
  (code: string, message: string, remedy: string, more: Partial<ErrorText> = {}) =>
    new CiError({ code, kind, message, remedy, ...more });

const usage = make('usage');
const source = make('source');
const integrity = make('integrity');
const registry = make('registry');
const partial = make('partial');

const list = (paths: readonly string[], most = 20) =>
  `${paths.slice(0, most).join(', ')}${paths.length > most ? ` and ${paths.length - most} more` : ''}`;

const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

/** The folder that git itself names: a distribution may be one of several in a checkout. */
const ownedTop = (cause: unknown) =>
  /dubious ownership in repository at '([^'\n]+)'/.exec(String(cause))?.[1];

const holder = ({ digest, engineId, created, revision }: TagHolder) => {
  const facts = [created && `created ${created}`, revision && `revision ${revision}`].filter(Boolean);
  const image = digest ?? (engineId === undefined ? 'not built yet' : `built, in the engine ${engineId}`);
  return `${image}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
};

const conflict = ({ ref, there, ours }: TagConflict) =>
  `\n  ${ref}\n    there  ${holder(there)}\n    ours   ${holder(ours)}`;

/** Every error text of this package. */
export const releaseErrors = {
  gitBroken: (root: string, cause: unknown) =>
    source(
      'GIT_BROKEN',
      `git cannot read the checkout in ${root}, so nothing is known about its tags.`,
      /dubious ownership/.test(String(cause))
        ? `Let its owner run this, or trust it: git config --global --add safe.directory ${shellQuote(ownedTop(cause) ?? root)}`
        : 'Check out the source with git, with at least one commit; "git status" there must work.',
      { cause },
    ),
  wrongCommit: (wanted: string, head: string) =>
    source(
      'WRONG_REF',
      `GIT_COMMIT is ${wanted}, but HEAD is ${head}.`,
      'Check out the commit that GIT_COMMIT names, or unset it.',
    ),
  tagNotAtHead: (tag: string, tags: readonly { name: string }[]) =>
    source(
      'WRONG_REF',
      `TAG_NAME is ${tag}, but HEAD carries ${tags.length === 0 ? 'no tag' : list(tags.map(({ name }) => name))}.`,
      'Check out the tag that TAG_NAME names, or unset it.',
    ),
  tagNotSemver: (tags: readonly string[]) => {
    const plus = tags.find((tag) => tag.includes('+'));
    return source(
      'TAG_NOT_SEMVER',
      `HEAD carries ${list(tags)}, and no release is named like that.`,
      plus
        ? `An image tag cannot hold "+": name the tag ${plus.replaceAll('+', '-')}.`
        : 'Name it like 1.29.1, v1.29.1-rc.1 or 1.29.1-<vendor>.2 with push.vendor set, or set push.tagPattern.',
    );
  },
  buildTagReserved: (candidate: string) =>
    usage(
      'BUILD_TAG_RESERVED',
      `The candidate would be tagged ${candidate}, and tags like that are for releases.`,
      'Name the build otherwise, as in BUILD_TAG=jenkins-acme-7 or --build-tag.',
    ),
  patternInvalid: (pattern: string, cause: unknown) =>
    usage(
      'TAG_PATTERN_INVALID',
      `The tag pattern ${pattern} is no regular expression.`,
      'Correct push.tagPattern in istio-ci.yaml.',
      {
        cause,
      },
    ),
  releaseRequired: (reason: string, message: string) =>
    source(
      reason,
      `A release was asked for, but there is none: ${message}`,
      reason === 'TAGS_UNKNOWN'
        ? 'Fetch the tags: git fetch --tags (and --unshallow). In Jenkins, let the checkout fetch tags.'
        : 'Put exactly one release tag on HEAD, or set TAG_NAME to the one that is meant.',
    ),
  treeDirty: (paths: readonly string[], tag: string | undefined) =>
    source(
      'TREE_DIRTY',
      `The source tree differs from its commit in ${counted(paths.length, 'path')}: ${list(paths)}.`,
      tag === undefined
        ? 'Commit or remove them, or allow a -dirty candidate with --allow-dirty.'
        : `Commit or remove them: release ${tag} is made only from what the tag holds.`,
    ),
  treeChanged: (paths: readonly string[]) =>
    source(
      'TREE_CHANGED',
      `The source changed while it was built: ${list(paths)}.`,
      'Find what wrote to it and run again: what was tested must be what the commit holds.',
    ),
  treeMoved: (before: string, after: string) =>
    source(
      'TREE_CHANGED',
      `HEAD moved from ${before} to ${after} during the build.`,
      'Run again, and let nothing check out or commit meanwhile.',
    ),

  credsMissing: (where: string, cause?: unknown) =>
    usage(
      'CREDS_MISSING',
      `There are no push credentials at ${where}.`,
      'Name a readable file (--credentials, ISTIO_CI_CREDENTIALS), or set REGISTRY_USERNAME and REGISTRY_PASSWORD.',
      {
        cause,
      },
    ),
  credsInWorkspace: (file: string, root: string) =>
    usage(
      'CREDS_IN_WORKSPACE',
      `The push credentials ${file} are inside the workspace ${root}, where build contexts and archives reach them.`,
      'Keep them elsewhere: in Jenkins a file binding, on a laptop your own ~/.docker.',
    ),
  credsMalformed: (where: string, why: string) =>
    usage(
      'CREDS_MALFORMED',
      `The push credentials in ${where} cannot be used: ${why}.`,
      'Give a config.json as "docker login" writes it, or a legacy .dockercfg.',
    ),
  credsNoEntry: (host: string, where: string, keys: readonly string[]) =>
    usage(
      'CREDS_NO_ENTRY',
      `The push credentials in ${where} have no entry for ${host}${keys.length === 0 ? '' : `, only for ${list(keys)}`}.`,
      `Add one (docker login ${host} does), or push to another hub.`,
    ),
  credsHelperFailed: (helper: string, host: string, cause: unknown) =>
    usage(
      'CREDS_HELPER_FAILED',
      `The credential helper ${helper} gave nothing for ${host}.`,
      `Try it: echo ${host} | ${helper} get`,
      { cause },
    ),
  secretLeaked: (places: readonly string[], failure?: unknown) =>
    integrity(
      'SECRET_LEAKED',
      `A push credential was found in ${counted(places.length, 'place')}: ${list(places)}.`,
      `Revoke it now, remove it from there, and find what wrote it.${failure instanceof CiError ? ` The push itself had failed before: ${failure.remedy}` : ''}`,
      { cause: failure },
    ),

  scanIncomplete: (places: readonly string[]) =>
    integrity(
      'SCAN_INCOMPLETE',
      `Whether a push credential is in ${counted(places.length, 'place')} cannot be told: ${list(places)}.`,
      'Remove them, or let this user read them; then run the push again.',
    ),

  hubInvalid: (hub: string) =>
    usage(
      'HUB_INVALID',
      `${hub} is no hub.`,
      'Name a registry and a path in lower case, as in quay.io/acme.',
    ),
  insecureRegistry: (host: string, url: string) =>
    usage(
      'REGISTRY_INSECURE',
      `${host} would be spoken to over plain HTTP (${url}).`,
      `Use HTTPS, or list ${host} under cluster.insecureRegistries if it is on a network of your own.`,
    ),
  denied: ({ host, repository, credential, detail, cause }: Denial) =>
    registry(
      'PUSH_DENIED',
      `${host} denies push to ${repository} ${credential === undefined ? 'without credentials' : `with the credentials from ${credential}`}: ${detail}.`,
      credential === undefined
        ? `Name credentials for ${host}: --credentials, ISTIO_CI_CREDENTIALS, or REGISTRY_USERNAME and REGISTRY_PASSWORD.`
        : `Check that they are right and that their account may push to ${repository}.`,
      { cause },
    ),
  unavailable: (host: string, what: string, attempts: number, cause: unknown) =>
    registry(
      'PUSH_UNAVAILABLE',
      `${host} did not serve ${what} in ${attempts} attempts.`,
      `When ${host} is well again, run the same command again: what was done is not lost.`,
      { cause },
    ),
  refused: (host: string, what: string, detail: string) =>
    registry(
      'REGISTRY_REFUSED',
      `${host} refuses ${what}: ${detail}.`,
      'It would say the same again: mend what it names.',
    ),
  answerUnreadable: (host: string, what: string, got: string) =>
    registry(
      'REGISTRY_ANSWER',
      `${host} answers the request for ${what} with ${got} that cannot be read.`,
      'Check that the hub names a registry, and what is between: the login page of a proxy answers like that.',
    ),
  tagConflict: (conflicts: readonly TagConflict[]) =>
    registry(
      'TAG_CONFLICT',
      `${conflicts.length === 1 ? 'A tag names' : `${conflicts.length} tags name`} another image already:${conflicts.map(conflict).join('')}`,
      'A tag that is out is never moved: release under a new tag (or BUILD_TAG).',
    ),
  tagImmutable: (ref: string, detail: string, cause?: unknown) =>
    registry(
      'TAG_CONFLICT',
      `The registry does not let ${ref} be overwritten: ${detail}.`,
      'A tag that is out is never moved: release under a new tag (or BUILD_TAG).',
      { cause },
    ),
  digestMismatch: (ref: string, actual: string) =>
    integrity(
      'DIGEST_MISMATCH',
      `The registry gives bytes for ${ref} whose digest is ${actual}.`,
      'The registry, or something before it, changes what it stores: do not release from it.',
    ),
  tagNotOurs: (ref: string, wanted: string, there: string | undefined) =>
    integrity(
      'DIGEST_MISMATCH',
      `${ref} was put on ${wanted}, and the registry has ${there ?? 'nothing'} there.`,
      'Find what else writes this tag, or removes it; then run the same command again.',
    ),
  manifestInvalid: (ref: string, why: string) =>
    integrity(
      'MANIFEST_INVALID',
      `The manifest of ${ref} cannot be used: ${why}.`,
      'Look at it (docker buildx imagetools inspect --raw): only images and indexes of images are released.',
    ),
  indexIncomplete: (ref: string, child: string) =>
    integrity(
      'INDEX_INCOMPLETE',
      `${ref} lists ${child}, which the registry does not have.`,
      'Push all platforms of the image, then release.',
    ),

  nothingPushed: (hub: string, tag: string) =>
    registry(
      'NOTHING_PUSHED',
      `After the push stage the engine has no image ${hub}/*:${tag}.`,
      'Let "make push" build and push to HUB with TAG, in the engine that DOCKER_HOST names.',
    ),
  candidateUnverified: (ref: string, there: string | undefined) =>
    registry(
      'CANDIDATE_UNVERIFIED',
      there === undefined
        ? `After the push the registry has nothing under ${ref}.`
        : `After the push the registry has ${there} under ${ref}, and the engine built another image.`,
      there === undefined
        ? 'Run the push again; if it stays so, the registry does not keep what it takes: read its own log.'
        : 'Run the push again; if it stays so, find what else pushes under this tag.',
    ),
  unfinishedRelease: (tag: string, candidate: string, next: string, journal: string) =>
    partial(
      'PARTIAL',
      `Release ${tag} was begun with the images of ${candidate} and is not complete.`,
      `Finish it first: ${next}. To leave it as it is for good, move ${journal} away.`,
    ),
  partial: (tag: string, table: string, next: string, cause: unknown) =>
    partial('PARTIAL', `Release ${tag} is partly out.\n${table}`, `Finish it: ${next}`, { cause }),
  rebuildCut: (tag: string, out: readonly string[], journal: string) =>
    partial(
      'REBUILD_CUT',
      `The second push of ${tag} was cut while it built: ${list(out)} ${out.length === 1 ? 'is' : 'are'} out, and building again would replace what is out.`,
      `Move ${journal} away and release under a new tag. With push.mode promote, a release that was cut can always be finished.`,
    ),
  rebuildDiffers: (tag: string, missing: readonly string[], extra: readonly string[], journal: string) => {
    const told = [
      missing.length > 0 ? `made no ${list(missing)}` : '',
      extra.length > 0 ? `made ${list(extra)}, which nobody tested` : '',
    ].filter(Boolean);
    return partial(
      'REBUILD_DIFFERS',
      `The second push of ${tag} ${told.join(' and ')}, and what it made is out.`,
      `Let both pushes make the same images; then move ${journal} away and release under a new tag.`,
    );
  },
  nothingToResume: (file: string) =>
    usage('NOTHING_TO_RESUME', `${file} holds no interrupted push.`, 'Run the push itself.'),
  resumeNeedsBuild: (candidate: string, begun: string | null) =>
    usage(
      'RESUME_NEEDS_BUILD',
      begun === null
        ? `The images of ${candidate} had not all been pushed and verified, so nothing was released.`
        : `The second push of ${begun} was cut, and its images are in the engine that built them.`,
      `Run the push again as it was, with the same BUILD_TAG (its candidate is ${candidate}) and hubs.`,
    ),
  journalBroken: (file: string, line: number, cause: unknown) =>
    integrity(
      'JOURNAL_BROKEN',
      `${file}:${line} is no record of a push.`,
      `Look at it, then move ${file} away.`,
      {
        cause,
      },
    ),
  journalBusy: (file: string, pid: string) =>
    usage(
      'JOURNAL_BUSY',
      `${pid === '' ? 'Another process' : `Process ${pid}`} is pushing with ${file}.`,
      'Wait for it, or push from another workspace.',
    ),
};
