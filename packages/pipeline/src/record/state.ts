import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HashSource } from '@istio-ci/envoy-fetcher';
import type { Run } from '@istio-ci/report';
import { outPath, type RunContext } from '../context.ts';

/** What the stage Envoy leaves in `out/state/`. */
export interface EnvoyState {
  readonly sha: string;
  readonly sha256: string;
  readonly url: string;
  /** Who vouches for its hash. */
  readonly hashSource: HashSource;
  /** What makes an unmodified Istio `make` use it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the stage Cluster leaves in `out/state/` of a boot, also of one that did not come to its end. */
export interface BootState {
  /** When the cluster's container started; absent where nobody could tell any more. */
  readonly startedAt?: string | undefined;
  /** The release in it, `1.37.2`. */
  readonly kubernetes?: string | undefined;
  readonly phases: NonNullable<Run['boot']>['phases'];
}

/**
 * What one stage leaves for a later one, in `out/state/`: stages may run as processes of their own, so what is not
 * in the engine or the workspace passes through here. A run begins with none.
 */
export async function saveState(context: RunContext, name: string, value: unknown): Promise<void> {
  const file = stateFile(context, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value));
}

/** What {@link saveState} saved in this run, or undefined. */
export async function readState<T>(context: RunContext, name: string): Promise<T | undefined> {
  const text = await readFile(stateFile(context, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** Removes what an earlier run said. Its journal of pushes stays: a push may have to be resumed. */
export async function clearOutput(context: RunContext): Promise<void> {
  for (const part of ['state', 'logs', 'junit', 'evidence']) {
    await rm(outPath(context, part), { recursive: true, force: true });
  }
}

const stateFile = (context: RunContext, name: string) => outPath(context, 'state', `${name}.json`);
