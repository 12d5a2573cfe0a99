import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cachePath } from '@istio-ci/kit';
import { type Count, noTests } from './count.ts';
import type { SuiteContext } from './suite.ts';

/** The inputs and the time of the last run that passed on this machine. */
interface Passed {
  readonly inputs: string;
  readonly at: string;
}

/**
 * Runs a suite that is too long for every day: always if it was asked for by name, otherwise only if it is
 * due.
 * @param inputs one value for everything that decides the result of a run
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
 * Whether the everyday run includes this suite, and the line that explains it. It does if the inputs have
 * changed since the suite passed on this machine. If it never passed, as on a fresh CI machine, it runs only
 * by name. Pure.
 */
function dueToday(
  name: string,
  inputs: string,
  passed: Passed | undefined,
): { readonly due: boolean; readonly why: string } {
  if (passed === undefined) {
    return { due: false, why: `${name}: not run, it has never passed on this machine; ${ask(name)}` };
  }
  return passed.inputs === inputs
    ? { due: false, why: `${name}: not run, its inputs have not changed since ${passed.at}; ${ask(name)}` }
    : { due: true, why: `${name}: its inputs have changed since it passed at ${passed.at}` };
}

const ask = (name: string) => `./istio-ci test --suite ${name} runs it`;
