import { causesOf, messageOf, type Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { Credentials } from '../credentials/credential.ts';
import { lendCredentials } from '../credentials/lend-credentials.ts';
import { releaseErrors } from '../errors.ts';
import { headManifest } from '../registry/client.ts';
import type { RegistryConnection } from '../registry/connection.ts';
import { parseRepository, type Repository } from '../registry/reference.ts';
import { TransientError } from '../registry/retry.ts';
import type { Redactor } from '../secrets/redactor.ts';
import { type EngineImage, engineImages, isEngineImage, pushFromEngine } from './engine-images.ts';
import { registryTrouble, repositoryIn } from './registry-trouble.ts';
import { typicalImage } from './rights.ts';
import type { ReleasedImage } from './run.ts';

/**
 * The distribution's own push: `make HUB=<hub> TAG=<tag> push` in the builder, with DOCKER_CONFIG naming the folder.
 * Whatever it prints goes through the redactor before anybody keeps or sees it.
 */
export type RunMakePush = (
  hub: string,
  tag: string,
  dockerConfigDir: string,
  redactor: Redactor,
) => Promise<void>;

/** What pushing from an engine takes. */
export interface Pusher {
  readonly engine: Docker;
  readonly runMakePush: RunMakePush;
  readonly credentials: Credentials;
  readonly redactor: Redactor;
  readonly registry: RegistryConnection;
}

/**
 * Runs the distribution's push, then takes from the engine what was pushed and from the registry under which digest.
 * Credentials are on disk only while this runs. Before each attempt `needed` says whether there is something to run.
 * @throws {CiError} NOTHING_PUSHED, CANDIDATE_UNVERIFIED, PUSH_DENIED, PUSH_UNAVAILABLE; the stage's own error
 */
export async function pushImages(
  pusher: Pusher,
  hub: string,
  tag: string,
  operation: Operation,
  needed: () => Promise<boolean> = async () => true,
): Promise<ReleasedImage[]> {
  operation.progress?.(`pushing to ${hub} as ${tag}`);
  await lendCredentials(pusher.credentials, (dir) => makePush(pusher, hub, tag, dir, needed), operation);
  const images = await engineImages(pusher.engine, hub, tag);
  if (images.length === 0) throw releaseErrors.nothingPushed(hub, tag);
  const pushed: ReleasedImage[] = [];
  for (const image of images) {
    const { name, variant } = image;
    operation.progress?.(`checking ${image.ref}`);
    pushed.push({ name, variant, digest: await confirm(pusher, hub, tag, image, operation) });
  }
  return pushed;
}

async function makePush(
  pusher: Pusher,
  hub: string,
  tag: string,
  dir: string,
  needed: () => Promise<boolean>,
): Promise<void> {
  const repository = parseRepository(hub);
  await pusher.registry.retry(repository, `make push of ${tag}`, async () => {
    if (!(await needed())) return;
    try {
      await pusher.runMakePush(hub, tag, dir, pusher.redactor);
    } catch (cause) {
      throw await pushFailure(cause, { hub }, pusher);
    }
  });
}

/** The error behind a failed push: the registry's no, trouble that may pass, or the stage's own error as it is. */
async function pushFailure(
  cause: unknown,
  at: { readonly hub: string; readonly image?: string },
  { credentials, registry }: Pusher,
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
      return releaseErrors.tagImmutable(`${host}/${repository}`, detail, cause);
    case 'denied': {
      const credential = credentials.byHost.has(host) ? credentials.source : undefined;
      return releaseErrors.denied({ host, repository, credential, detail, cause });
    }
    case 'doubtful':
      await registry.checkAccess(known ?? parseRepository(`${at.hub}/${typicalImage}`));
  }
  return new TransientError(detail, { cause });
}

/** The digest of the image in the registry. Where it is not there, whatever the push stage said, it is pushed. */
async function confirm(
  pusher: Pusher,
  hub: string,
  tag: string,
  image: EngineImage,
  operation: Operation,
): Promise<string> {
  const repository = parseRepository(`${hub}/${image.name}`);
  const there = await headManifest(pusher.registry, repository, `${tag}${image.variant}`);
  if (there !== undefined) return agreed(pusher, repository, image, there);
  const credential = pusher.credentials.byHost.get(repository.host);
  await pusher.registry.retry(repository, `the push of ${image.ref}`, async () => {
    try {
      await pushFromEngine(pusher.engine, image, credential, operation.signal);
    } catch (cause) {
      throw cause instanceof TransientError
        ? cause
        : await engineFailure(cause, { hub, image: image.name }, pusher);
    }
  });
  const [refreshed = image] = (await engineImages(pusher.engine, hub, tag)).filter(
    ({ ref }) => ref === image.ref,
  );
  const look = () => headManifest(pusher.registry, repository, `${tag}${image.variant}`);
  const digest = await pusher.registry.settled(image.ref, look, (there) => there !== undefined);
  return agreed(pusher, repository, refreshed, digest);
}

/** As {@link pushFailure}; what an engine tells of a registry is mostly trouble that passes. */
async function engineFailure(
  cause: unknown,
  at: { readonly hub: string; readonly image: string },
  pusher: Pusher,
): Promise<unknown> {
  const failure = await pushFailure(cause, at, pusher);
  return failure === cause ? new TransientError(messageOf(cause), { cause }) : failure;
}

async function agreed(
  pusher: Pusher,
  repository: Repository,
  image: EngineImage,
  digest: string | undefined,
) {
  if (digest !== undefined && (await isEngineImage(pusher.registry, repository, image, digest)))
    return digest;
  throw releaseErrors.candidateUnverified(image.ref, digest);
}
