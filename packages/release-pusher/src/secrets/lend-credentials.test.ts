import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processKey } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { lendCredentials, sweepCredentials } from './lend-credentials.ts';

const auth = Buffer.from('robot:hunter2:x').toString('base64');
const credentials = {
  source: 'test',
  byHost: new Map([['quay.io', { username: 'robot', password: 'hunter2:x' }]]),
};

describe('lendCredentials', () => {
  const ours = async () =>
    (await readdir('/dev/shm')).filter((name) => name.startsWith(`istio-ci-credentials-${processKey()}-`));

  it('lends a private folder in memory with the credentials that it is given, and takes it back', async () => {
    const seen = await lendCredentials(credentials, async (dir) => {
      const modes = [await stat(dir), await stat(join(dir, 'config.json'))].map(({ mode }) =>
        (mode & 0o777).toString(8),
      );
      return { dir, modes, config: JSON.parse(await readFile(join(dir, 'config.json'), 'utf8')) };
    });
    expect(seen.modes).toEqual(['700', '600']);
    expect(seen.config).toEqual({ auths: { 'quay.io': { auth } } });
    await expect(stat(seen.dir)).rejects.toThrow('ENOENT');
  });

  it('takes it back when the use fails', async () => {
    await expect(lendCredentials(credentials, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await ours()).toEqual([]);
  });

  it('takes it back at once when it is stopped, before the use has ended', async () => {
    const stop = new AbortController();
    await lendCredentials(
      credentials,
      async () => {
        expect(await ours()).toHaveLength(1);
        stop.abort(new Error('SIGTERM'));
        expect(await ours()).toHaveLength(0);
      },
      { signal: stop.signal },
    );
  });

  it('leaves to the next run what a killed one left', async () => {
    const left = '/dev/shm/istio-ci-credentials-1-12345-killed';
    await mkdir(left);
    await sweepCredentials();
    await expect(stat(left)).rejects.toThrow('ENOENT');
  });

  it.skipIf(process.getuid?.() !== 0)("goes on where another user's killed push left something", async () => {
    const left = '/dev/shm/istio-ci-credentials-1-12345-of-root';
    await mkdir(left, { mode: 0o700 });
    await writeFile(join(left, 'config.json'), '{}');
    const said: string[] = [];
    process.seteuid?.(65_534);
    try {
      await sweepCredentials({ progress: (message) => said.push(message) });
    } finally {
      process.seteuid?.(0);
    }
    expect(said).toEqual([expect.stringMatching(/^warning: .*credentials, which stay there: .*of-root/)]);
    await rm(left, { recursive: true });
  });

  it('does not sweep the credentials of a living process', async () => {
    await lendCredentials(credentials, async (dir) => {
      await sweepCredentials();
      expect((await stat(dir)).isDirectory()).toBe(true);
    });
  });
});
