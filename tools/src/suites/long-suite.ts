import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cachePath } from '@istio-ci/kit';
import { type Count, noTests } from './count.ts';
import type { SuiteContext } from './suite.ts';

/** What the last run that passed on this machine was of, and when. */
interface Passed {
  readonly inputs: string;
  readonly at: string;
}

/**
 * A suite that is too long for every day. Asked for by name it runs; in the everyday run it does when it is due.
 * @param inputs one value for all that decides what a run comes to
 */
export async function longSuite(
  name: string,
  inputs: string,
  { everyday, say }: SuiteContext,
  run: () => Promise<Count>,
): Promise<Count> {
  const file = cachePath('passed', `${name}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const { due, why } = dueToday(name, inputs, text === undefined ? undefined : (JSON.parse(text) as Passed));
  if (everyday) {
    say(why);
    if (!due) return noTests;
  }
  const count = await run();
  if (count.failed === 0 && count.passed > 0) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ inputs, at: new Date().toISOString() } satisfies Passed));
  }
  return count;
}

/**
 * Whether the everyday run has this suite, and the line that says so: it has it where its inputs have changed since it passed
 * on this machine. Where it never passed (the fresh machine of a CI) it is left to be asked for. Pure.
 */
function dueToday(
  name: string,
  inputs: string,
  passed: Passed | undefined,
): { readonly due: boolean; readonly why: string } {
  if (passed === undefined) {
    return { due: false, why: `${name}: not run, it never passed on this machine; ${ask(name)}` };
  }
  return passed.inputs === inputs
    ? { due: false, why: `${name}: not run, nothing of it has changed since ${passed.at}; ${ask(name)}` }
    : { due: true, why: `${name}: its inputs have changed since it passed at ${passed.at}` };
}

const ask = (name: string) => `./istio-ci test --suite ${name} runs it`;
