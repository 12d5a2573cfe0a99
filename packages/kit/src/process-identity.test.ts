import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  formatIdentity,
  hasEnded,
  identityOf,
  isRunning,
  parseIdentity,
  processKey,
  readProcess,
} from './process-identity.ts';

const self = identityOf(process.pid);
if (!self) throw new Error('no /proc');

describe('process identity', () => {
  it('survives being written to a label', () => {
    expect(parseIdentity(formatIdentity(self))).toEqual(self);
  });

  it.each(['', '12', 'x 1 space host', '1 2 3 4 5'])('is not read from %j', (text) => {
    expect(parseIdentity(text)).toBeUndefined();
  });

  it('knows that this process runs', () => {
    expect(hasEnded(self)).toBe(false);
  });

  it('takes a pid that is used again for another process', () => {
    expect(hasEnded({ ...self, start: '1' })).toBe(true);
  });

  it('does not judge a process of another machine or pid namespace', () => {
    expect(hasEnded({ ...self, pid: 2 ** 22 + 1, space: 'other' })).toBe(false);
  });

  it('sees the end of a process, even before its parent collected it', async () => {
    // The shell becomes `sleep`, which never collects the child that it started before.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(parent.stdout, 'data');
    const child = { ...self, pid: Number(line), start: 'any' };
    await expect.poll(() => identityOf(child.pid)).toBeUndefined();
    expect([existsSync(`/proc/${child.pid}`), hasEnded(child)]).toEqual([true, true]);
    parent.kill();
  });

  it('is unknown for a pid that does not exist', () => {
    expect(identityOf(2 ** 22 + 1)).toBeUndefined();
  });
});

describe('process key', () => {
  it('says that its process runs', () => expect(isRunning(processKey())).toBe(true));
  it('is not that of another process that has the pid now', () =>
    expect(isRunning(`${process.pid}-1`)).toBe(false));
  it('is not that of a process that has ended', () => expect(isRunning(`${2 ** 22 + 1}-0`)).toBe(false));
});

it('a process is known by its name and its parent', () => {
  expect(readProcess(process.pid)).toMatchObject({ parent: process.ppid, start: self.start });
  expect(readProcess(2 ** 22 + 1)).toBeUndefined();
});
