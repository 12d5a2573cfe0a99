import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { digestOf } from '@istio-ci/registry';
import { type BuiltImage, imageOf } from '@istio-ci/registry/test/test-images';
import { pack } from 'tar-stream';

/** An image that an engine can pull, with one file of random bytes. */
export async function largeImage(bytes: number): Promise<BuiltImage> {
  const archive = pack();
  archive.entry({ name: 'content' }, randomBytes(bytes));
  archive.finalize();
  const tar = await buffer(archive);
  return imageOf(
    { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } },
    gzipSync(tar, { level: 1 }),
  );
}
