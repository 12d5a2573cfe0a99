import type { Receipt, ReleasePlan } from '@istio-ci/release-pusher';
import type { StageFacts } from './context.ts';

/** What Push tells of itself: each tag that names an image of this push, with its digest; after a dry run, what it would do. Pure. */
export function pushFacts(
  { images, dryRun }: Receipt,
  { release }: Pick<ReleasePlan, 'release'>,
): StageFacts {
  const refs = images.flatMap(({ digest, locations }) =>
    locations.flatMap(({ repository, tags }) =>
      tags
        // A newer release holds that one.
        .filter(({ status }) => status !== 'kept')
        .map(({ tag }) => `${repository}:${tag}${digest === null ? '' : `@${digest}`}`),
    ),
  );
  const none = release.kind === 'none' ? { 'no release': release.message } : {};
  const tag = release.kind === 'tag' ? release.tag : undefined;
  if (!dryRun) return { pushed: refs, ...none, release: tag };
  return { dryRun: true, 'would push': refs, ...none, 'would release': tag };
}
