import { z } from 'zod';
import { readAnswer } from './answer.ts';
import type { RegistryConnection } from './connection.ts';
import { registryErrors } from './errors.ts';
import { digestOf, type Manifest, manifestTypes, parseManifest } from './manifest.ts';
import { type Repository, repositoryName } from './reference.ts';

const accept = { accept: manifestTypes.join(', ') };

/** The digest that a tag (or digest) names in a repository; undefined if there is no such tag. */
export async function headManifest(
  registry: RegistryConnection,
  repository: Repository,
  reference: string,
): Promise<string | undefined> {
  const request = {
    repository,
    method: 'HEAD',
    path: `manifests/${reference}`,
    headers: accept,
    accept: [404],
  } as const;
  return registry.send(request, async (response) => {
    if (response.status === 404) return undefined;
    return (
      response.header('docker-content-digest') ?? (await getManifest(registry, repository, reference)).digest
    );
  });
}

/**
 * A manifest's bytes, checked against their digest.
 * @throws {CiError} DIGEST_MISMATCH if they differ; REGISTRY_REFUSED if there are none
 */
export async function getManifest(
  registry: RegistryConnection,
  repository: Repository,
  reference: string,
): Promise<Manifest> {
  const request = {
    repository,
    method: 'GET',
    path: `manifests/${reference}`,
    headers: accept,
  } as const;
  const manifest = await registry.send(request, async (response) => {
    const bytes = await response.bytes();
    const mediaType = response.header('content-type')?.split(';')[0]?.trim() ?? '';
    return { digest: digestOf(bytes), mediaType, bytes };
  });
  if (reference.startsWith('sha256:') && manifest.digest !== reference)
    throw registryErrors.digestMismatch(`${repositoryName(repository)}@${reference}`, manifest.digest);
  return manifest;
}

/**
 * Stores a manifest's bytes under a tag or its digest, in one attempt: the caller retries what belongs
 * together.
 */
export async function putManifest(
  registry: RegistryConnection,
  repository: Repository,
  reference: string,
  { bytes, mediaType }: Manifest,
): Promise<void> {
  const headers = { 'content-type': mediaType };
  await registry.attempt(
    { repository, method: 'PUT', path: `manifests/${reference}`, headers, body: bytes },
    async (response) => void (await response.bytes()),
  );
}

const tagPage = z.object({ tags: z.array(z.string()).nullable() });

/** Every tag of a repository, page by page; none for a repository that does not exist yet. */
export async function listTags(registry: RegistryConnection, repository: Repository): Promise<string[]> {
  const tags: string[] = [];
  let path: string | undefined = 'tags/list?n=1000';
  while (path !== undefined) {
    const request = { repository, method: 'GET', path, accept: [404] } as const;
    const page: { tags: string[]; next: string | undefined } = await registry.send(
      request,
      async (response) => {
        if (response.status === 404) {
          response.discard();
          return { tags: [], next: undefined };
        }
        const { host, path } = repository;
        const { tags } = await readAnswer(response, tagPage, host, `the tags of ${path}`);
        return { tags: tags ?? [], next: nextPage(response.header('link')) };
      },
    );
    tags.push(...page.tags);
    path = page.next;
  }
  return tags;
}

/** The rest of the path in a `Link: </v2/name/tags/list?last=x&n=1000>; rel="next"` header. Pure. */
export function nextPage(link: string | undefined): string | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  const query = target?.indexOf('?') ?? -1;
  return target === undefined || query < 0 ? undefined : `tags/list${target.slice(query)}`;
}

const imageConfig = z.object({
  created: z.string().optional(),
  os: z.string().optional(),
  architecture: z.string().optional(),
  variant: z.string().optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** Facts about an image, in addition to its digest. */
export interface ImageFacts {
  readonly created: string | undefined;
  readonly revision: string | undefined;
  readonly platform: {
    readonly os: string;
    readonly architecture: string;
    readonly variant?: string | undefined;
  };
}

/** The creation time, revision label and platform of an image; of an index' first platform. */
export async function imageFacts(
  registry: RegistryConnection,
  repository: Repository,
  manifest: Manifest,
): Promise<ImageFacts | undefined> {
  const { children, config } = parseManifest(manifest, repositoryName(repository));
  const [first] = children;
  if (first) return imageFacts(registry, repository, await getManifest(registry, repository, first.digest));
  if (!config) return undefined;
  const request = { repository, method: 'GET', path: `blobs/${config.digest}` } as const;
  const read = await registry.send(request, (response) =>
    readAnswer(response, imageConfig, repository.host, `the configuration of ${repository.path}`),
  );
  return {
    created: read.created,
    revision: read.config?.Labels?.['org.opencontainers.image.revision'],
    platform: {
      os: read.os ?? 'unknown',
      architecture: read.architecture ?? 'unknown',
      variant: read.variant,
    },
  };
}
