import { gzipSync } from 'node:zlib';
import { anonymous } from '../src/credentials/credential.ts';
import { putManifest } from '../src/registry/client.ts';
import { RegistryConnection } from '../src/registry/connection.ts';
import { digestOf, type Manifest } from '../src/registry/manifest.ts';
import type { Repository } from '../src/registry/reference.ts';

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

/** Uploads a small image and gives its digest; `text` makes it different from others. */
export async function uploadImage(
  registry: RegistryConnection,
  repository: Repository,
  text: string,
  tag?: string,
): Promise<string> {
  const { manifest } = await storeImage(registry, repository, text, 'amd64');
  await putManifest(registry, repository, tag ?? manifest.digest, manifest);
  return manifest.digest;
}

/** Uploads an index of two platforms with an attestation, as BuildKit makes it, and gives its digest. */
export async function uploadIndex(
  registry: RegistryConnection,
  repository: Repository,
  text: string,
  tag: string,
): Promise<string> {
  const manifests: object[] = [];
  for (const architecture of ['amd64', 'arm64', 'unknown']) {
    const { manifest } = await storeImage(registry, repository, text, architecture);
    await putManifest(registry, repository, manifest.digest, manifest);
    const attestation = architecture === 'unknown';
    manifests.push({
      mediaType: types.image,
      digest: manifest.digest,
      size: manifest.bytes.length,
      platform: { os: attestation ? 'unknown' : 'linux', architecture },
      ...(attestation ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } } : {}),
    });
  }
  const index = encode(types.index, { schemaVersion: 2, mediaType: types.index, manifests });
  await putManifest(registry, repository, tag, index);
  return index.digest;
}

async function storeImage(
  registry: RegistryConnection,
  repository: Repository,
  text: string,
  architecture: string,
) {
  const config = encode(types.config, {
    os: 'linux',
    architecture,
    created: '2026-01-02T03:04:05Z',
    config: { Labels: { 'org.opencontainers.image.revision': `revision of ${text}` } },
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const layerBytes = gzipSync(Buffer.from(`layer of ${text} ${architecture}`));
  await uploadBlob(registry, repository, config.bytes);
  await uploadBlob(registry, repository, layerBytes);
  const describe = (mediaType: string, bytes: Uint8Array) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = encode(types.image, {
    schemaVersion: 2,
    mediaType: types.image,
    config: describe(types.config, config.bytes),
    layers: [describe(types.layer, layerBytes)],
  });
  return { manifest };
}

function encode(mediaType: string, content: object): Manifest {
  const bytes = Buffer.from(JSON.stringify(content));
  return { mediaType, bytes, digest: digestOf(bytes) };
}

async function uploadBlob(
  registry: RegistryConnection,
  repository: Repository,
  bytes: Uint8Array,
): Promise<void> {
  const location = await registry.send(
    { repository, method: 'POST', path: 'blobs/uploads/' },
    async (response) => new URL(response.headers.get('location') ?? '', response.url),
  );
  location.searchParams.set('digest', digestOf(bytes));
  await registry.send(
    { repository, method: 'PUT', path: location, body: bytes },
    async (response) => void (await response.arrayBuffer()),
  );
}
