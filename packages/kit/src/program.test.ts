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
  it('exits 0 when the body ends well', async () => {
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

  it('cleans up last first, also after a failure', async () => {
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

describe('describeError', () => {
  it('calls an error without a code our own fault', () => {
    expect(describeError(new TypeError('x is undefined'), false)).toContain('fault of istio-ci itself');
  });

  it('shows the stack when asked', () => {
    expect(
      describeError(new CiError({ code: 'A', kind: 'usage', message: 'm', remedy: 'r' }), true),
    ).toContain('program.test.ts');
  });
});
