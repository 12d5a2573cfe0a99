import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HashSource } from '@istio-ci/envoy-fetcher';
import type { Run } from '@istio-ci/report';
import { outPath, type RunContext } from '../context.ts';

/** What the stage Envoy saves in `out/state/`. */
export interface EnvoyState {
  readonly sha: string;
  readonly sha256: string;
  readonly url: string;
  /** Where its hash is from. */
  readonly hashSource: HashSource;
  /** The variables with which an unmodified Istio `make` uses it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the stage Cluster saves in `out/state/` about a boot, even one that failed. */
export interface BootState {
  /** When the cluster's container started; absent if that is no longer known. */
  readonly startedAt?: string | undefined;
  /** The Kubernetes release, `1.37.2`. */
  readonly kubernetes?: string | undefined;
  readonly phases: NonNullable<Run['boot']>['phases'];
}

/**
 * Saves what one stage passes to a later one, in `out/state/`. Stages may be processes of their own, so
 * whatever is not in the engine or the workspace goes through here. A run starts without any state.
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

/**
 * Removes the output of an earlier run. Its journal of pushes stays, because a push may have to be resumed.
 */
export async function clearOutput(context: RunContext): Promise<void> {
  for (const part of ['state', 'logs', 'junit', 'evidence']) {
    await rm(outPath(context, part), { recursive: true, force: true });
  }
}

const stateFile = (context: RunContext, name: string) => outPath(context, 'state', `${name}.json`);
