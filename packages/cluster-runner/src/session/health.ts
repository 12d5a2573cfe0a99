import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { sessionErrors } from '../errors.ts';
import type { CommandResult, Place } from '../place/place.ts';
import { timeFactor } from '../time-factor.ts';
import { execInSession, explain, type WaitOptions, waitForSession } from './node.ts';
import type { Target } from './target.ts';

/** What is not ready now in a cluster that was ready, and the ends of the logs that explain it. */
export interface Health {
  /** As in `docker: dial unix /run/docker.sock: connection refused`; empty if ready. */
  readonly missing: readonly string[];
  readonly log: string;
}

/** What `istio-ci-node healthcheck --json` prints if it fails. */
const nodeHealthSchema = z.object({
  missing: z.array(z.object({ name: z.string(), reason: z.string() })).nonempty(),
});

/** Checks each part of a cluster now; its status only reports how it came up. */
export async function sessionHealth(
  place: Place,
  target: Target,
  { signal }: Pick<WaitOptions, 'signal'> = {},
): Promise<Health> {
  const command = ['istio-ci-node', 'healthcheck', '--json'];
  const result = await execInSession(place, target, command, { signal });
  if (result.exitCode === 0) return { missing: [], log: '' };
  const missing = readMissing(result);
  const names = missing.map(({ name }) => name);
  return {
    missing: missing.map(({ name, reason }) => `${name}: ${reason}`),
    log: await explain(place, target, names, signal),
  };
}

/**
 * The parts that a failed health check names. If it prints no JSON, its whole text is the reason: the node of
 * an older istio-ci ignores `--json`, and a check that cannot run at all only prints an error. Pure.
 */
export function readMissing({ stdout, stderr }: Pick<CommandResult, 'stdout' | 'stderr'>): readonly {
  readonly name: string;
  readonly reason: string;
}[] {
  const health = nodeHealthSchema.safeParse(parseJson(stdout));
  return health.success
    ? health.data.missing
    : [{ name: 'healthcheck', reason: stderr.trim() || stdout.trim() }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Waits until a cluster that was ready before is ready again. Each part is checked now.
 * @throws {CiError} NOT_HEALTHY with what is missing
 */
export async function awaitHealth(
  place: Place,
  target: Target,
  { signal, timeoutSeconds = 30 }: WaitOptions,
): Promise<void> {
  const seconds = timeoutSeconds * timeFactor();
  const sick = await sickAfter(place, target, seconds, signal);
  if (sick) throw sessionErrors.notHealthy(seconds, sick.missing.join('\n'));
}

/**
 * Waits until a cluster has booted and is ready now.
 * @throws {CiError} NOT_READY with what is missing and the log that explains it, or the boot's own failure
 */
export async function waitUntilReady(place: Place, target: Target, options: WaitOptions = {}): Promise<void> {
  const begun = performance.now();
  const seconds = (options.timeoutSeconds ?? 120) * timeFactor();
  await waitForSession(place, target, options);
  const left = seconds - (performance.now() - begun) / 1000;
  const sick = await sickAfter(place, target, left, options.signal);
  if (sick) throw sessionErrors.notReady(sick.missing, seconds, sick.log);
}

/** The cluster's health at the end of this time; undefined as soon as it is ready. */
async function sickAfter(
  place: Place,
  target: Target,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<Health | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const health = await sessionHealth(place, target, { signal });
    if (health.missing.length === 0) return undefined;
    if (performance.now() >= end) return health;
    await delay(50, undefined, signal === undefined ? {} : { signal });
  }
}
