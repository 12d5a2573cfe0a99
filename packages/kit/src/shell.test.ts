import { expect, it } from 'vitest';
import { run } from './run.ts';
import { shellQuote } from './shell.ts';

it('quotes arguments so that a shell reads them as they were', async () => {
  const args = ['--device-cgroup-rule', 'a *:* rwm', "it's", '', '$HOME', 'a=b'];
  const line = `printf '%s\\n' ${args.map(shellQuote).join(' ')}`;
  expect((await run(['sh', '-c', line])).stdout.split('\n')).toEqual([...args, '']);
});
