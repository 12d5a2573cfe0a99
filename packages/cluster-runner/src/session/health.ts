import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { errors } from '../errors.ts';
import { explain } from './explain.ts';
import { execInSession, type Target, timeFactor, type WaitOptions, waitForSession } from './node.ts';

/** What is not true now in a cluster that was ready, and the ends of the logs that explain it. */
export interface Health {
  /** As in `docker: dial unix /run/docker.sock: connection refused`; empty where everything is true. */
  readonly missing: readonly string[];
  readonly log: string;
}

/** Asks each part of a cluster anew whether it works; its status only tells how it came up. */
export async function sessionHealth(
  engine: Docker,
  target: Target,
  { signal }: Pick<WaitOptions, 'signal'> = {},
): Promise<Health> {
  const { exitCode, stderr } = await execInSession(engine, target, ['istio-ci-node', 'healthcheck'], {
    signal,
  });
  if (exitCode === 0) return { missing: [], log: '' };
  const missing = missingIn(stderr);
  const names = missing.map((text) => text.split(':')[0] ?? '');
  return { missing, log: await explain(execInSession, engine, target, names, signal) };
}

/** What the node's health check names as missing; its whole text where it says something else. Pure. */
export function missingIn(text: string): string[] {
  const list = /NODE_NOT_READY: The cluster is not ready: (.*?)\.? Wait longer/s.exec(text)?.[1];
  return list === undefined ? [text.trim()] : list.split('; ');
}

/**
 * Waits until everything is true again in a cluster that was ready before: each part is asked anew.
 * @throws {CiError} NOT_HEALTHY with what is missing
 */
export async function awaitHealth(
  engine: Docker,
  target: Target,
  { signal, timeoutSeconds = 30 }: WaitOptions,
): Promise<void> {
  const seconds = timeoutSeconds * timeFactor();
  const sick = await sickAfter(engine, target, seconds, signal);
  if (sick) throw errors.notHealthy(seconds, sick.missing.join('\n'));
}

/**
 * Waits until a cluster has booted and everything in it is true, now.
 * @throws {CiError} NOT_READY with what is missing and the log that explains it, or the boot's own failure
 */
export async function waitUntilTrue(
  engine: Docker,
  target: Target,
  options: WaitOptions = {},
): Promise<void> {
  const begun = performance.now();
  const seconds = (options.timeoutSeconds ?? 120) * timeFactor();
  await waitForSession(engine, target, options);
  const left = seconds - (performance.now() - begun) / 1000;
  const sick = await sickAfter(engine, target, left, options.signal);
  if (sick) throw errors.notReady(sick.missing, seconds, sick.log);
}

/** The cluster's health at the end of this time; undefined as soon as everything is true. */
async function sickAfter(
  engine: Docker,
  target: Target,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<Health | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const health = await sessionHealth(engine, target, { signal });
    if (health.missing.length === 0) return undefined;
    if (performance.now() >= end) return health;
    await delay(50, undefined, signal === undefined ? {} : { signal });
  }
}
