import { causesOf, messageOf } from '@istio-ci/kit';
import {
  headManifest,
  parseRepository,
  type Repository,
  registryErrors,
  TransientError,
} from '@istio-ci/registry';
import { releaseErrors } from '../errors.ts';
import { lendCredentials } from '../secrets/lend-credentials.ts';
import { type EngineImage, engineImages, isEngineImage, pushFromEngine } from './engine-images.ts';
import type { ReleasedImage } from './push-record.ts';
import { registryTrouble, repositoryIn } from './registry-trouble.ts';
import { typicalImage } from './rights.ts';
import type { PushWork } from './work.ts';

/**
 * Runs the distribution's push, then reads the pushed images from the engine and their digests from the
 * registry. Credentials are on disk only while this runs. `needed` is asked before each attempt whether there
 * is anything to push.
 * @throws {CiError} NOTHING_PUSHED, CANDIDATE_UNVERIFIED, PUSH_DENIED, PUSH_UNAVAILABLE; the stage's own
 * error
 */
export async function pushImages(
  work: PushWork,
  hub: string,
  tag: string,
  needed: () => Promise<boolean> = async () => true,
): Promise<ReleasedImage[]> {
  work.progress?.(`pushing to ${hub} as ${tag}`);
  await lendCredentials(work.credentials, (dir) => makePush(work, hub, tag, dir, needed), work);
  const images = await engineImages(work.engine, hub, tag);
  if (images.length === 0) throw releaseErrors.nothingPushed(hub, tag);
  const pushed: ReleasedImage[] = [];
  for (const image of images) {
    const { name, variant } = image;
    work.progress?.(`checking ${image.ref}`);
    pushed.push({ name, variant, digest: await confirm(work, hub, tag, image) });
  }
  return pushed;
}

async function makePush(
  work: PushWork,
  hub: string,
  tag: string,
  dir: string,
  needed: () => Promise<boolean>,
): Promise<void> {
  const repository = parseRepository(hub);
  await work.registry.retry(repository, `make push of ${tag}`, async () => {
    if (!(await needed())) return;
    try {
      await work.runMakePush(hub, tag, dir, work.redactor);
    } catch (cause) {
      throw await pushFailure(cause, { hub }, work);
    }
  });
}

/**
 * The error behind a failed push: a refusal by the registry, a transient failure, or the stage's own error.
 */
async function pushFailure(
  cause: unknown,
  at: { readonly hub: string; readonly image?: string },
  { credentials, registry }: PushWork,
) {
  const text = [messageOf(cause), ...causesOf(cause)].join('\n');
  const trouble = registryTrouble(text);
  if (trouble.kind === 'none') return cause;
  const { host, path } = parseRepository(at.hub);
  const known = at.image ? parseRepository(`${at.hub}/${at.image}`) : repositoryIn(text, host);
  const repository = known?.path ?? `${path}/…`;
  const detail = trouble.line.replace(/\.$/, '');
  switch (trouble.kind) {
    case 'immutable':
      return registryErrors.tagImmutable(`${host}/${repository}`, detail, cause);
    case 'denied': {
      const credential = credentials.byHost.has(host) ? credentials.source : undefined;
      return registryErrors.denied({ host, repository, credential, detail, cause });
    }
    case 'doubtful':
      await registry.checkAccess(known ?? parseRepository(`${at.hub}/${typicalImage}`));
  }
  return new TransientError(detail, { cause });
}

/**
 * The digest of the image in the registry. If the image is missing there, it is pushed, whatever the push
 * stage said.
 */
async function confirm(work: PushWork, hub: string, tag: string, image: EngineImage): Promise<string> {
  const repository = parseRepository(`${hub}/${image.name}`);
  const there = await headManifest(work.registry, repository, `${tag}${image.variant}`);
  if (there !== undefined) return agreed(work, repository, image, there);
  const credential = work.credentials.byHost.get(repository.host);
  await work.registry.retry(repository, `the push of ${image.ref}`, async () => {
    try {
      await pushFromEngine(work.engine, image, credential, work.signal);
    } catch (cause) {
      throw cause instanceof TransientError
        ? cause
        : await engineFailure(cause, { hub, image: image.name }, work);
    }
  });
  const [refreshed = image] = (await engineImages(work.engine, hub, tag)).filter(
    ({ ref }) => ref === image.ref,
  );
  const look = () => headManifest(work.registry, repository, `${tag}${image.variant}`);
  const digest = await work.registry.settled(image.ref, look, (there) => there !== undefined);
  return agreed(work, repository, refreshed, digest);
}

/** As {@link pushFailure}; what an engine reports about a registry is mostly transient. */
async function engineFailure(
  cause: unknown,
  at: { readonly hub: string; readonly image: string },
  work: PushWork,
): Promise<unknown> {
  const failure = await pushFailure(cause, at, work);
  return failure === cause ? new TransientError(messageOf(cause), { cause }) : failure;
}

async function agreed(
  work: PushWork,
  repository: Repository,
  image: EngineImage,
  digest: string | undefined,
) {
  if (digest !== undefined && (await isEngineImage(work.registry, repository, image, digest))) return digest;
  throw releaseErrors.candidateUnverified(image.ref, digest);
}
