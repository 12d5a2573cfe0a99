import { shellQuote } from '@istio-ci/kit';
import { counted, list, source, usage } from '../error-kinds.ts';

/** The folder that git itself names: a distribution may be one of several in a checkout. */
const ownedTop = (cause: unknown) =>
  /dubious ownership in repository at '([^'\n]+)'/.exec(String(cause))?.[1];

/** The error texts of the decision whether this is a release. */
export const decisionErrors = {
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
};
