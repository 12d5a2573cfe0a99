import { CiError, type HttpResponse } from '@istio-ci/kit';
import { getManifest, headManifest, putManifest } from './client.ts';
import type { RegistryConnection } from './connection.ts';
import { type Descriptor, type Manifest, parseManifest } from './manifest.ts';
import { type Repository, repositoryName } from './reference.ts';
import { TransientError } from './retry.ts';

/**
 * Copies an image to another repository by digest, bytes unchanged: blobs, then the manifests of an index
 * with its attestations, then the index itself. Whatever exists already is left alone, so the copy can be
 * repeated.
 */
export async function copyImage(
  registry: RegistryConnection,
  from: Repository,
  to: Repository,
  digest: string,
): Promise<void> {
  if ((await headManifest(registry, to, digest)) === digest) return;
  const manifest = await getManifest(registry, from, digest);
  const { children, config, layers } = parseManifest(manifest, `${repositoryName(from)}@${digest}`);
  for (const child of children) await copyImage(registry, from, to, child.digest);
  for (const blob of config ? [config, ...layers] : layers) await copyBlob(registry, from, to, blob);
  await storeManifest(registry, to, manifest);
}

async function storeManifest(
  registry: RegistryConnection,
  to: Repository,
  manifest: Manifest,
): Promise<void> {
  await registry.retry(to, `the manifest ${manifest.digest}`, () =>
    putManifest(registry, to, manifest.digest, manifest),
  );
}

async function copyBlob(
  registry: RegistryConnection,
  from: Repository,
  to: Repository,
  blob: Descriptor,
): Promise<void> {
  const exists = await registry.send(
    { repository: to, method: 'HEAD', path: `blobs/${blob.digest}`, accept: [404] },
    async (response) => response.ok,
  );
  if (exists) return;
  // Opening the upload and sending the bytes are one step: an upload that was cut cannot be trusted to go on.
  await registry.retry(to, `the blob ${blob.digest}`, async () => {
    const location = await openUpload(registry, from, to, blob.digest);
    if (location) await sendBlob(registry, from, to, blob, location);
  });
}

/**
 * Asks the registry to mount the blob from the other repository, and returns the upload's URL if it does not.
 * A token server may refuse a token for two repositories; the bytes are sent then.
 */
async function openUpload(
  registry: RegistryConnection,
  from: Repository,
  to: Repository,
  digest: string,
): Promise<URL | undefined> {
  const open = (mount: string, reads?: Repository) =>
    registry.attempt(
      { repository: to, method: 'POST', path: `blobs/uploads/${mount}`, reads },
      async (response) => {
        response.discard();
        return response.status === 201 ? undefined : uploadUrl(response);
      },
    );
  if (from.host !== to.host) return open('');
  try {
    return await open(`?mount=${digest}&from=${encodeURIComponent(from.path)}`, from);
  } catch (error) {
    if (error instanceof CiError && error.code === 'PUSH_DENIED') return open('');
    throw error;
  }
}

/** The URL for the bytes of an open upload. */
function uploadUrl(response: HttpResponse): URL {
  const location = response.header('location') ?? '';
  if (URL.canParse(location, response.url.href)) return new URL(location, response.url);
  throw new TransientError(`it gives ${location} to upload to, which is no URL`);
}

async function sendBlob(
  registry: RegistryConnection,
  from: Repository,
  to: Repository,
  blob: Descriptor,
  location: URL,
): Promise<void> {
  location.searchParams.set('digest', blob.digest);
  const source = { repository: from, method: 'GET', path: `blobs/${blob.digest}` } as const;
  await registry.attempt(source, async (response) => {
    await registry.attempt(
      {
        repository: to,
        method: 'PUT',
        path: location,
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
        body: response,
      },
      async (answer) => void (await answer.bytes()),
    );
  });
}
