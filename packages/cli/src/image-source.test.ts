import { describe, expect, it } from 'vitest';
import { imageSource, openArchive } from './image-source.ts';

describe('imageSource', () => {
  it.each([
    ['-', false, 'stdin'],
    ['acme/app:1', false, 'ref'],
    ['localhost:5000/acme/app@sha256:0000', false, 'ref'],
    ['app', true, 'file'],
    ['./app.tar', true, 'file'],
  ])('%s, with a file of that name: %s, is a %s', (word, isFile, kind) => {
    expect(imageSource(word, isFile).kind).toBe(kind);
  });

  it.each(['./app', '/tmp/app', '~/app', 'app.tar', 'app.tar.gz', 'app.tgz'])(
    '%s is a path, so it must exist',
    (word) => {
      expect(() => imageSource(word, false)).toThrow(expect.objectContaining({ code: 'ARCHIVE_MISSING' }));
    },
  );
});

describe('openArchive', () => {
  it('reports what cannot be read, and why', async () => {
    await expect(openArchive({ kind: 'file', name: '/no/such.tar' })).rejects.toMatchObject({
      code: 'ARCHIVE_UNREADABLE',
      message: expect.stringContaining('/no/such.tar'),
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
  });
});
