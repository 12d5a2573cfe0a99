import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileSha256, RunningSha256, sha256 } from './hash.ts';

// From FIPS 180-2, appendix B.1.
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

it('a text and its bytes have the same hash', () => {
  expect(sha256('abc')).toBe(abc);
  expect(sha256(Buffer.from('abc'))).toBe(abc);
});

it('pieces have the hash and size of the whole, at any time', () => {
  const hash = new RunningSha256();
  hash.add(Buffer.from('ab'));
  expect(hash.hex()).toBe(sha256('ab'));
  hash.add(Buffer.from('c'));
  expect([hash.hex(), hash.size]).toEqual([abc, 3]);
});

it('a file has the hash of its content, though it is larger than the buffer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-hash-'));
  const content = Buffer.alloc(600 * 1024, 'x');
  await writeFile(join(folder, 'file'), content);
  expect(await fileSha256(join(folder, 'file'))).toBe(sha256(content));
  await rm(folder, { recursive: true });
});
