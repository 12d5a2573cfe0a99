import { readFile, stat } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findProgram, namelessFile, runHere } from './host-program.ts';

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;

describe('findProgram', () => {
  it('finds what is on the PATH', async () =>
    expect(await findProgram('sh', '/nowhere::/bin')).toBe('/bin/sh'));

  it('finds nothing where there is nothing', async () => {
    expect(await findProgram('no-such-program')).toBeUndefined();
  });
});

describe('runHere', () => {
  const sh = (script: string, env = {}, signal = never) => runHere('/bin/sh', ['-c', script], env, signal);

  it('returns the exit code', async () => expect(await sh('exit 7')).toBe(7));

  it('tells an end by a signal as a shell does', async () => expect(await sh('kill -TERM $$')).toBe(143));

  it('gives the child what it is told and nothing secret', async () => {
    vi.stubEnv('TOKEN', 'secret');
    expect(await sh('test "$DOCKER_HOST" = tcp://x && test -z "$TOKEN"', { DOCKER_HOST: 'tcp://x' })).toBe(0);
  });
});

describe('namelessFile', () => {
  it('can be read again and again, by children too, and is of this user alone', async () => {
    const path = await namelessFile('text\n');
    expect([await readFile(path, 'utf8'), await readFile(path, 'utf8')]).toEqual(['text\n', 'text\n']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await runHere('/bin/grep', ['-q', 'text', path], {}, never)).toBe(0);
  });
});
