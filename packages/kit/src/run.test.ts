import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CommandError, run } from './run.ts';

describe('run', () => {
  it('keeps stdout and stderr apart', async () => {
    const result = await run(['sh', '-c', 'echo out; echo err >&2']);
    expect([result.stdout, result.stderr]).toEqual(['out\n', 'err\n']);
  });

  it('passes arguments unchanged', async () => {
    const { stdout } = await run(['printf', '%s|', 'a b', "it's", '$HOME', '*', '']);
    expect(stdout).toBe("a b|it's|$HOME|*||");
  });

  it('fails with the exit code and the last lines of stderr', async () => {
    const error = await run(['sh', '-c', 'echo no disk >&2; exit 3']).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining('exited 3: no disk') });
  });

  it('fails if the program does not exist', async () => {
    await expect(run(['no-such-program-here'])).rejects.toThrow(/no-such-program-here/);
  });

  it('accepts the exit codes that the caller names', async () => {
    expect((await run(['sh', '-c', 'exit 4'], { okCodes: [0, 4] })).exitCode).toBe(4);
  });

  it('passes only the listed environment to the child', async () => {
    process.env.ISTIO_CI_TEST_SECRET = 's3cret';
    const { stdout } = await run(['env']);
    delete process.env.ISTIO_CI_TEST_SECRET;
    expect(stdout).not.toContain('s3cret');
  });

  it('closes stdin, so that a program that reads it ends', async () => {
    expect((await run(['cat'])).stdout).toBe('');
  });

  it('writes the input to stdin', async () => {
    expect((await run(['cat'], { input: 'hello' })).stdout).toBe('hello');
  });

  it('stops a child after the timeout and reports that', async () => {
    const error = await run(['sleep', '60'], { timeoutMs: 100 }).catch((e: unknown) => e);
    expect(error).toMatchObject({ timedOut: true, message: 'sleep 60: took too long' });
  });

  it('kills a child that ignores SIGTERM, and what it started', async () => {
    const script = 'trap "" TERM; sleep 60 & echo $$ $!; wait; sleep 60';
    const error = await run(['bash', '-c', script], { timeoutMs: 500 }).catch((e: unknown) => e);
    expect(error).toMatchObject({ timedOut: true, stdout: expect.stringMatching(/^\d+ \d+\n$/) });
    for (const pid of (error as CommandError).stdout.trim().split(' ')) {
      // Empty for a zombie.
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).toBe('');
    }
  });

  it('rejects with the reason of the abort', async () => {
    const controller = new AbortController();
    const running = run(['sleep', '60'], { signal: controller.signal });
    controller.abort(new Error('interrupted'));
    await expect(running).rejects.toThrow('interrupted');
  });

  it('calls back with each line as it arrives', async () => {
    const lines: string[] = [];
    await run(['sh', '-c', 'echo one; echo two >&2; printf three'], {
      onLine: (line, from) => lines.push(`${from} ${line}`),
    });
    expect(lines.sort()).toEqual(['stderr two', 'stdout one', 'stdout three']);
  });
});
