import { readFile, stat } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findProgram, namelessFile, runHere } from './host-program.ts';

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;

describe('findProgram', () => {
  it('finds a program on the PATH', async () =>
    expect(await findProgram('sh', '/nowhere::/bin')).toBe('/bin/sh'));

  it('finds nothing if the program is not there', async () => {
    expect(await findProgram('no-such-program')).toBeUndefined();
  });
});

describe('runHere', () => {
  const sh = (script: string, env = {}, signal = never) => runHere('/bin/sh', ['-c', script], env, signal);

  it('returns the exit code', async () => expect(await sh('exit 7')).toBe(7));

  it('returns the exit code of a signal as a shell does', async () =>
    expect(await sh('kill -TERM $$')).toBe(143));

  it('passes the given variables to the child, and no secret', async () => {
    vi.stubEnv('TOKEN', 'secret');
    expect(await sh('test "$DOCKER_HOST" = tcp://x && test -z "$TOKEN"', { DOCKER_HOST: 'tcp://x' })).toBe(0);
  });
});

describe('namelessFile', () => {
  it('can be read repeatedly, also by children, and only by this user', async () => {
    const path = await namelessFile('text\n');
    expect([await readFile(path, 'utf8'), await readFile(path, 'utf8')]).toEqual(['text\n', 'text\n']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await runHere('/bin/grep', ['-q', 'text', path], {}, never)).toBe(0);
  });
});
