import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireMinikube } from './programs.ts';

let folder: string;
let minikube: string;
let crictl: string;

/** Any program of this machine serves: what it does is not asked. */
const program = await readFile('/bin/sh');
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minikube-programs-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  [minikube, crictl] = [join(folder, 'minikube'), join(folder, 'crictl.tar.gz')];
  await copyFile('/bin/sh', minikube);
  await writeFile(crictl, await archive('crictl', program));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function archive(member: string, content: Buffer): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: `bin/${member}` }, content);
  tar.finalize();
  return gzipSync(await buffer(tar));
}

describe('requireMinikube', () => {
  it('takes programs that are given, out of an archive as well', async () => {
    const programs = await requireMinikube({ minikube, crictl }, {});
    expect(programs.map(({ name, sha256 }) => [name, sha256])).toEqual([
      ['minikube', sha256(program)],
      ['crictl', sha256(program)],
    ]);
    for (const { place } of programs) expect(await readFile(place)).toEqual(program);
  });

  it('keeps them: the next time nothing has to be given', async () => {
    await requireMinikube({ minikube, crictl }, {});
    await rm(minikube);
    expect((await requireMinikube({}, {})).map(({ name }) => name)).toEqual(['minikube', 'crictl']);
  });

  it('fetches from a URL and insists on the hash', async () => {
    const server = createServer((_, answer) => answer.end(program)).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/minikube`;
      const given = (hash: string) => ({ minikube: `${url}#sha256=${hash}`, crictl });
      await expect(requireMinikube(given('0'.repeat(64)), {})).rejects.toMatchObject({
        code: 'MINIKUBE_CHECKSUM',
      });
      await expect(stat(join(folder, 'cache/istio-ci/minikube/minikube.json'))).rejects.toThrow();
      expect(await requireMinikube(given(sha256(program)), {})).toHaveLength(2);
    } finally {
      server.close();
    }
  });

  it('says which program could not be had', async () => {
    const given = { minikube: join(folder, 'none'), crictl };
    await expect(requireMinikube(given, {})).rejects.toMatchObject({
      code: 'MINIKUBE_UNAVAILABLE',
      message: expect.stringContaining(join(folder, 'none')),
    });
  });

  it.each([
    ['no program', async () => Buffer.from('#!/bin/sh\necho this is a script\n')],
    ['an archive without it', async () => archive('other', program)],
    ['a broken archive', async () => (await archive('minikube', program)).subarray(0, 2000)],
    ['an empty file', async () => Buffer.alloc(0)],
  ])('refuses %s', async (_, content) => {
    await writeFile(minikube, await content());
    await expect(requireMinikube({ minikube, crictl }, {})).rejects.toMatchObject({
      code: 'MINIKUBE_PROGRAM',
    });
  });
});
