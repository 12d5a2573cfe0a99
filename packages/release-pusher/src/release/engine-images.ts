import { type EngineMessage, EngineStreamError, followEngineStream, messageOf } from '@istio-ci/kit';
import {
  type Credential,
  getManifest,
  parseManifest,
  parseRepository,
  parseTaggedImage,
  type RegistryConnection,
  type Repository,
  repositoryName,
  TransientError,
} from '@istio-ci/registry';
import type Docker from 'dockerode';
import { variants } from '../variants.ts';

/** An image of the engine that carries the hub and the tag of a push. */
export interface EngineImage {
  /** As the engine names it: for pushing and for messages. */
  readonly ref: string;
  readonly name: string;
  readonly variant: string;
  /**
   * With the containerd image store the digest of the manifest, with the older one that of the configuration.
   */
  readonly id: string;
  /** The digests under which the engine knows the image in this repository. */
  readonly digests: readonly string[];
  readonly created?: string | undefined;
  readonly revision?: string | undefined;
}

export type Summary = Pick<Docker.ImageInfo, 'Id' | 'RepoTags' | 'RepoDigests'> &
  Partial<Pick<Docker.ImageInfo, 'Created' | 'Labels'>>;

/** The engine's images `hub/<name>:tag` and their variants, in the order of their names. */
export async function engineImages(engine: Docker, hub: string, tag: string): Promise<EngineImage[]> {
  return imagesUnder(await engine.listImages(), hub, tag);
}

/** Picks the images of one hub and tag from the engine's list. Pure. */
export function imagesUnder(summaries: readonly Summary[], hub: string, tag: string): EngineImage[] {
  const found = summaries.flatMap((summary) =>
    (summary.RepoTags ?? []).flatMap((ref): EngineImage[] => {
      const image = imageUnder(ref, hub, tag);
      if (!image) return [];
      const { name, variant, repository } = image;
      const digests = digestsIn(summary.RepoDigests, repository);
      return [{ ref, name, variant, digests, ...identityOf(summary) }];
    }),
  );
  return found.sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

/** The engine's facts about an image under any name. `Created` is in seconds since 1970. Pure. */
export function identityOf({
  Id,
  Created,
  Labels,
}: Summary): Pick<EngineImage, 'id' | 'created' | 'revision'> {
  return {
    id: Id,
    created: Created ? new Date(Created * 1000).toISOString().replace('.000', '') : undefined,
    // A list of containerd's has null for none.
    revision: Labels?.['org.opencontainers.image.revision'],
  };
}

/** What `ref` names, if that is an image of the hub under the tag or a variant of it. Pure. */
export function imageUnder(ref: string, hub: string, tag: string) {
  const at = parseRepository(hub);
  const image = parseTaggedImage(ref);
  const variant = variants.find((ending) => image?.tag === `${tag}${ending}`);
  if (!image || variant === undefined || image.host !== at.host || !image.path.startsWith(`${at.path}/`))
    return undefined;
  return { name: image.path.slice(at.path.length + 1), variant, repository: image };
}

function digestsIn(repoDigests: readonly string[] | undefined, repository: Repository): string[] {
  return (repoDigests ?? []).flatMap((text) => {
    const [name = '', digest] = text.split('@');
    if (digest === undefined || name === '<none>') return [];
    return repositoryName(parseRepository(name)) === repositoryName(repository) ? [digest] : [];
  });
}

/** True when `digest`, as the registry holds it, is the engine's image. */
export async function isEngineImage(
  registry: RegistryConnection,
  repository: Repository,
  image: Pick<EngineImage, 'id' | 'digests'>,
  digest: string,
): Promise<boolean> {
  if (digest === image.id || image.digests.includes(digest)) return true;
  const manifest = await getManifest(registry, repository, digest);
  return parseManifest(manifest, `${repositoryName(repository)}@${digest}`).config?.digest === image.id;
}

/**
 * Pushes an image through the engine's API, once. The engine answers 200 and reports a refusal inside its
 * stream; a stream without a digest is a failure too.
 * @throws {EngineStreamError} with the engine's report; {@link TransientError} if the engine itself was not
 * reached
 */
export async function pushFromEngine(
  engine: Docker,
  image: EngineImage,
  credential: Credential | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { host } = parseTaggedImage(image.ref) ?? parseRepository(image.ref);
  try {
    const stream = await engine.getImage(image.ref).push({
      authconfig: authConfig(credential, host),
      ...(signal ? { abortSignal: signal } : {}),
    });
    const messages = await followEngineStream(stream);
    if (!messages.some(reportsDigest))
      throw new EngineStreamError('the engine ended its push without a digest');
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof EngineStreamError ? cause : new TransientError(messageOf(cause), { cause });
  }
}

/**
 * True for the end of a successful push. The older image store reports the digest in `aux`; containerd's, the
 * default of Docker 29, only in a line of text (moby#48331). Pure.
 */
export function reportsDigest({ aux, status }: EngineMessage): boolean {
  return typeof aux?.Digest === 'string' || /^\S+: digest: sha256:[0-9a-f]{64} size: \d+$/.test(status ?? '');
}

function authConfig(credential: Credential | undefined, serveraddress: string): Docker.AuthConfig {
  if (!credential) return {} as Docker.AuthConfig;
  if ('password' in credential) return { ...credential, serveraddress };
  return { identitytoken: credential.identityToken, serveraddress } as unknown as Docker.AuthConfig;
}
