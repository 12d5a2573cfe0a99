import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateKubeconfig, writeKubeconfig } from './write.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeKubeconfig', () => {
  it('writes for this user alone and leaves neither lock nor temporary file', async () => {
    await writeKubeconfig(join(folder, 'sub', 'config'), 'text');
    expect((await stat(join(folder, 'sub', 'config'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'sub'))).toEqual(['config']);
  });

  it('closes a file that others could read', async () => {
    await writeFile(join(folder, 'config'), 'old', { mode: 0o644 });
    await writeKubeconfig(join(folder, 'config'), 'new');
    expect((await stat(join(folder, 'config'))).mode & 0o777).toBe(0o600);
  });

  it('writes through a symbolic link', async () => {
    await writeFile(join(folder, 'real'), 'old');
    await symlink(join(folder, 'real'), join(folder, 'config'));
    await writeKubeconfig(join(folder, 'config'), 'new');
    expect((await lstat(join(folder, 'config'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new');
  });

  it('fails while another program holds the lock, and writes nothing', async () => {
    await writeFile(join(folder, 'config.lock'), '');
    await expect(writeKubeconfig(join(folder, 'config'), 'text')).rejects.toMatchObject({
      code: 'KUBECONFIG_LOCKED',
    });
    expect(await readdir(folder)).toEqual(['config.lock']);
  });

  it('waits for a lock that is given back', async () => {
    await writeFile(join(folder, 'config.lock'), '');
    const writing = writeKubeconfig(join(folder, 'config'), 'text');
    await rm(join(folder, 'config.lock'));
    await writing;
    expect(await readFile(join(folder, 'config'), 'utf8')).toBe('text');
  });

  it('names the path that cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeKubeconfig(join(folder, 'file', 'config'), 'x')).rejects.toMatchObject({
      code: 'KUBECONFIG_NOT_WRITABLE',
      message: expect.stringContaining(join(folder, 'file', 'config')),
    });
  });
});

describe('updateKubeconfig', () => {
  it('loses no change of many at once', async () => {
    const path = join(folder, 'config');
    const add = (part: string) => updateKubeconfig(path, (old) => `${old ?? ''}${part}`);
    await Promise.all(['a', 'b', 'c', 'd'].map(add));
    expect([...(await readFile(path, 'utf8'))].sort().join('')).toBe('abcd');
  });

  it('leaves the file and no lock when the change fails', async () => {
    const path = join(folder, 'config');
    await writeFile(path, 'old');
    const change = () => {
      throw new Error('no');
    };
    await expect(updateKubeconfig(path, change)).rejects.toMatchObject({ cause: { message: 'no' } });
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['old', ['config']]);
  });
});
