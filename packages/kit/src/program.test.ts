import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CiError } from './errors.ts';
import { describeError } from './program.ts';
import { run } from './run.ts';

const kit = fileURLToPath(new URL('./index.ts', import.meta.url));
const script = (body: string) => [
  'node',
  '--input-type=module',
  '-e',
  `import { runProgram, CiError } from '${kit}'; ${body}`,
];

describe('runProgram', () => {
  it('exits 0 if the body succeeds', async () => {
    expect((await run(script('await runProgram(async () => undefined)'))).exitCode).toBe(0);
  });

  it('prints code, sentence, cause and remedy, without a stack, and exits by kind', async () => {
    const body = `await runProgram(async () => { throw new CiError({ code: 'TAG_CONFLICT', kind: 'registry',
      message: 'The tag is taken.', remedy: 'Choose another.', cause: new Error('digest differs') }) })`;
    const result = await run(script(body), { okCodes: [6] });
    expect(result.stderr).toBe(
      'error TAG_CONFLICT: The tag is taken.\n  because: digest differs\n  remedy:  Choose another.\n',
    );
  });

  it('cleans up in reverse order, also after a failure', async () => {
    const body = `await runProgram(async ({ defer }) => { defer(() => console.log('first')); defer(() => console.log('second'));
      throw new Error('no') })`;
    expect((await run(script(body), { okCodes: [1] })).stdout).toBe('second\nfirst\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cleans up and exits on %s with %i', async (signal, code) => {
    const body = `await runProgram(async ({ signal, defer }) => {
      const alive = setInterval(() => {}, 1000);
      defer(() => { clearInterval(alive); console.log('cleaned'); });
      console.log('ready');
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    })`;
    const [command = '', ...args] = script(body);
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'ready\n') child.kill(signal);
    });
    const [exitCode] = await once(child, 'close');
    expect([exitCode, output]).toEqual([code, 'ready\ncleaned\n']);
  });
});

describe('runProgram, if its output cannot be written', () => {
  const shell = (body: string, redirected: string) => {
    const quoted = script(body).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    return run(['bash', '-c', `${quoted.join(' ')} ${redirected}; echo "$PIPESTATUS"`]);
  };

  it('cleans up, prints nothing and exits as after SIGPIPE if the reader closed the pipe', async () => {
    const body = `await runProgram(async ({ signal, defer }) => {
      const more = setInterval(() => console.log('line'), 10);
      defer(() => { clearInterval(more); console.error('cleaned'); });
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    })`;
    const { stdout, stderr } = await shell(body, '| head -1');
    expect([stdout, stderr]).toEqual(['line\n141\n', 'cleaned\n']);
  });

  it('cleans up after Ctrl-C also if that ended the reader, too', async () => {
    const body = `await runProgram(async ({ signal, defer }) => {
      const more = setInterval(() => console.log('line'), 10);
      defer(async () => { await new Promise((done) => setTimeout(done, 100)); clearInterval(more); console.error('cleaned'); });
      await new Promise((_, reject) => signal.addEventListener('abort', () => {
        process.kill(process.pid, 'SIGINT');
        reject(signal.reason);
      }));
    })`;
    expect((await shell(body, '| head -1')).stderr).toBe('cleaned\n');
  });

  it('reports a full disk as an error with a code', async () => {
    const body = `await runProgram(async () => { console.log('line') })`;
    const { stdout, stderr } = await shell(body, '>/dev/full');
    expect(stdout).toBe('1\n');
    expect(stderr).toMatch(/^error OUTPUT_FAILED: .*\n {2}because: ENOSPC.*\n {2}remedy: .*\n$/);
  });
});

describe('describeError', () => {
  it('calls an error without a code a bug of istio-ci', () => {
    expect(describeError(new TypeError('x is undefined'), false)).toContain('bug in istio-ci');
  });

  it('shows the stack if asked', () => {
    expect(
      describeError(new CiError({ code: 'A', kind: 'usage', message: 'm', remedy: 'r' }), true),
    ).toContain('program.test.ts');
  });
});
