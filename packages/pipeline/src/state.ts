import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { outPath, type Pipeline } from './context.ts';

/**
 * What one stage leaves for a later one, in `out/state/`: stages may run as processes of their own, so what is not
 * in the engine or the workspace passes through here. A run begins with none.
 */
export async function saveState(pipeline: Pipeline, name: string, value: unknown): Promise<void> {
  const file = stateFile(pipeline, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value));
}

/** What {@link saveState} saved in this run, or undefined. */
export async function readState<T>(pipeline: Pipeline, name: string): Promise<T | undefined> {
  const text = await readFile(stateFile(pipeline, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** Removes what an earlier run said. Its journal of pushes stays: a push may have to be resumed. */
export async function clearOutput(pipeline: Pipeline): Promise<void> {
  for (const part of ['state', 'logs', 'junit', 'evidence']) {
    await rm(outPath(pipeline, part), { recursive: true, force: true });
  }
}

const stateFile = (pipeline: Pipeline, name: string) => outPath(pipeline, 'state', `${name}.json`);
