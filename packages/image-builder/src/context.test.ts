import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tarOf } from './context.ts';
import { fileEntry, folderEntry, readFolder, storedEntry } from './folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'istio-ci-context-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('readFolder', () => {
  it('lists the files in order, with the modes that git keeps', async () => {
    mkdirSync(join(folder, 'rootfs/usr'), { recursive: true });
    writeFileSync(join(folder, 'rootfs/usr/start'), 'x', { mode: 0o700 });
    writeFileSync(join(folder, 'Dockerfile'), 'FROM x', { mode: 0o600 });
    symlinkSync('start', join(folder, 'rootfs/usr/run'));
    const entries = await readFolder(folder);
    expect(entries.map(({ path, type, mode }) => [path, type, mode])).toEqual([
      ['Dockerfile', 'file', 0o644],
      ['rootfs', 'directory', 0o755],
      ['rootfs/usr', 'directory', 0o755],
      ['rootfs/usr/run', 'symlink', 0o777],
      ['rootfs/usr/start', 'file', 0o755],
    ]);
  });

  it('leaves out skipped paths and everything below them', async () => {
    mkdirSync(join(folder, 'kubernetes/cmd'), { recursive: true });
    writeFileSync(join(folder, 'kubernetes/cmd/main.go'), 'x');
    writeFileSync(join(folder, 'Dockerfile'), 'x');
    const entries = await readFolder(folder, (path) => path === 'kubernetes');
    expect(entries.map(({ path }) => path)).toEqual(['Dockerfile']);
  });

  it('has the same digests under another umask', async () => {
    writeFileSync(join(folder, 'Dockerfile'), 'x', { mode: 0o644 });
    const before = await readFolder(folder);
    chmodSync(join(folder, 'Dockerfile'), 0o664);
    const key = (entries: typeof before) => entries.map(({ path, mode, digest }) => [path, mode, digest]);
    expect(key(await readFolder(folder))).toEqual(key(before));
  });
});

describe('tarOf', () => {
  it('contains files, folders, links and large files with their modes and contents', async () => {
    const large = join(folder, 'large');
    writeFileSync(large, Buffer.alloc(300_000, 'a'));
    symlinkSync('start', join(folder, 'link'));
    const link = (await readFolder(folder)).filter((entry) => entry.type === 'symlink');
    const tar = tarOf([
      folderEntry('ca'),
      fileEntry('start', 'echo', 0o755),
      ...link,
      storedEntry('bin/large', large, 300_000, 'd'),
    ]);
    const seen: unknown[] = [];
    for await (const entry of tar.pipe(extract())) {
      const { name, type, mode, linkname, mtime } = entry.header;
      seen.push([name, type, mode, linkname, mtime?.getTime(), (await buffer(entry)).length]);
    }
    expect(seen).toEqual([
      ['ca', 'directory', 0o755, null, 0, 0],
      ['start', 'file', 0o755, null, 0, 4],
      ['link', 'symlink', 0o777, 'start', 0, 0],
      ['bin/large', 'file', 0o755, null, 0, 300_000],
    ]);
  });

  it('has the same bytes for the same entries', async () => {
    const bytes = () => buffer(tarOf([fileEntry('a', '1'), folderEntry('b')]));
    expect((await bytes()).equals(await bytes())).toBe(true);
  });

  it('fails when a file has gone', async () => {
    await expect(buffer(tarOf([storedEntry('x', join(folder, 'none'), 3, 'd')]))).rejects.toThrow('ENOENT');
  });

  it('fails when a file is shorter than it was', async () => {
    writeFileSync(join(folder, 'short'), 'ab');
    await expect(buffer(tarOf([storedEntry('x', join(folder, 'short'), 3, 'd')]))).rejects.toThrow(
      'mismatch',
    );
  });
});
