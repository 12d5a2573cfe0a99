import { gzipSync } from 'node:zlib';
import { putManifest } from '../src/client.ts';
import { RegistryConnection } from '../src/connection.ts';
import { anonymous } from '../src/credentials/credential.ts';
import { digestOf, type Manifest } from '../src/manifest.ts';
import type { Repository } from '../src/reference.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** A connection without credentials that speaks HTTP to `hosts` and does not wait between attempts. */
export function plainConnection(...hosts: string[]): RegistryConnection {
  return new RegistryConnection({ insecureHosts: hosts, retryDelaysMs: [0, 0, 0, 0] }, anonymous);
}

/** An image or an index as a client that pushes it has it. */
export interface BuiltImage {
  readonly manifest: Manifest;
  readonly blobs: readonly Uint8Array[];
  /** The platforms and the attestation of an index. */
  readonly children: readonly BuiltImage[];
}

/** A small image; `text` makes it different from others. */
export function builtImage(text: string, architecture = 'amd64'): BuiltImage {
  const config = {
    os: 'linux',
    architecture,
    created: '2026-01-02T03:04:05Z',
    config: { Labels: { 'org.opencontainers.image.revision': `revision of ${text}` } },
    rootfs: { type: 'layers', diff_ids: [] },
  };
  return imageOf(config, gzipSync(Buffer.from(`layer of ${text} ${architecture}`)));
}

/** An image of one layer. */
export function imageOf(configuration: object, layer: Uint8Array): BuiltImage {
  const config = encode(types.config, configuration);
  const describe = (mediaType: string, bytes: Uint8Array) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = encode(types.image, {
    schemaVersion: 2,
    mediaType: types.image,
    config: describe(types.config, config.bytes),
    layers: [describe(types.layer, layer)],
  });
  return { manifest, blobs: [config.bytes, layer], children: [] };
}

/** An index of two platforms with an attestation, as BuildKit makes it. */
export function builtIndex(text: string): BuiltImage {
  const children = ['amd64', 'arm64', 'unknown'].map((architecture) => builtImage(text, architecture));
  const manifests = children.map(({ manifest }, index) => {
    const architecture = ['amd64', 'arm64', 'unknown'][index];
    const attestation = architecture === 'unknown';
    return {
      mediaType: types.image,
      digest: manifest.digest,
      size: manifest.bytes.length,
      platform: { os: attestation ? 'unknown' : 'linux', architecture },
      ...(attestation ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } } : {}),
    };
  });
  const manifest = encode(types.index, { schemaVersion: 2, mediaType: types.index, manifests });
  return { manifest, blobs: [], children };
}

/** Uploads an image as docker does: its parts, then its manifest under `reference`. */
export async function uploadBuilt(
  registry: RegistryConnection,
  repository: Repository,
  { manifest, blobs, children }: BuiltImage,
  reference: string,
): Promise<void> {
  for (const child of children) await uploadBuilt(registry, repository, child, child.manifest.digest);
  for (const blob of blobs) await uploadBlob(registry, repository, blob);
  await registry.retry(repository, reference, () => putManifest(registry, repository, reference, manifest));
}

/** Uploads a small image and returns its digest. */
export async function uploadImage(
  registry: RegistryConnection,
  repository: Repository,
  text: string,
  tag?: string,
): Promise<string> {
  const built = builtImage(text);
  await uploadBuilt(registry, repository, built, tag ?? built.manifest.digest);
  return built.manifest.digest;
}

/** Uploads an index and returns its digest. */
export async function uploadIndex(
  registry: RegistryConnection,
  repository: Repository,
  text: string,
  tag: string,
): Promise<string> {
  const built = builtIndex(text);
  await uploadBuilt(registry, repository, built, tag);
  return built.manifest.digest;
}

function encode(mediaType: string, content: object): Manifest {
  const bytes = Buffer.from(JSON.stringify(content));
  return { mediaType, bytes, digest: digestOf(bytes) };
}

/**
 * Opening the upload and sending the bytes are retried together, because an upload that was cut cannot be
 * continued.
 */
async function uploadBlob(
  registry: RegistryConnection,
  repository: Repository,
  bytes: Uint8Array,
): Promise<void> {
  await registry.retry(repository, 'an upload', async () => {
    const location = await registry.attempt(
      { repository, method: 'POST', path: 'blobs/uploads/' },
      async (response) => new URL(response.header('location') ?? '', response.url),
    );
    location.searchParams.set('digest', digestOf(bytes));
    await registry.attempt(
      { repository, method: 'PUT', path: location, body: bytes },
      async (response) => void (await response.bytes()),
    );
  });
}
