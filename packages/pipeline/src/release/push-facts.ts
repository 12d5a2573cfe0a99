import type { Receipt, ReleasePlan } from '@istio-ci/release-pusher';
import type { Run } from '@istio-ci/report';
import type { StageFacts } from '../context.ts';

/** One tag that names an image of this push; the digest is unknown during a dry run. */
type PushedTag = Omit<Run['images'][number], 'digest'> & { readonly digest: string | null };

/** What Push reports: each tag with its digest; after a dry run, what it would do. Pure. */
export function pushFacts(receipt: Receipt, { release }: Pick<ReleasePlan, 'release'>): StageFacts {
  const refs = pushedTags(receipt).map(
    ({ where, name, tag, digest }) => `${where}/${name}:${tag}${digest === null ? '' : `@${digest}`}`,
  );
  const none = release.kind === 'none' ? { 'no release': release.message } : {};
  const tag = release.kind === 'tag' ? release.tag : undefined;
  if (!receipt.dryRun) return { pushed: refs, ...none, release: tag };
  return { dryRun: true, 'would push': refs, ...none, 'would release': tag };
}

/** The pushed images as the run's record lists them; none after a dry run. Pure. */
export function pushedImages(receipt: Receipt): Run['images'] {
  if (receipt.dryRun) return [];
  return pushedTags(receipt).flatMap(({ digest, ...image }) =>
    digest === null ? [] : [{ ...image, digest }],
  );
}

/** Every tag that now names an image of this push: one that a newer release keeps is left out. */
function pushedTags({ images }: Receipt): PushedTag[] {
  return images.flatMap(({ digest, locations }) =>
    locations.flatMap(({ repository, tags }) =>
      tags
        .filter(({ status }) => status !== 'kept')
        .map(({ tag }) => ({ ...splitRepository(repository), tag, digest })),
    ),
  );
}

/** `quay.io/acme/pilot` as hub and name. */
function splitRepository(repository: string): { where: string; name: string } {
  const slash = repository.lastIndexOf('/');
  return { where: repository.slice(0, slash), name: repository.slice(slash + 1) };
}
