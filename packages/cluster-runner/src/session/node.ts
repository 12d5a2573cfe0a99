import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { type ExecOptions, type ExecResult, execIn } from '../engine/exec.ts';
import { type Console, execAttached } from '../engine/terminal.ts';
import { errors } from '../errors.ts';
import { missingPhases, type NodeStatus, nodeStatusSchema } from '../node-status.ts';
import { explain } from './explain.ts';
import type { Session } from './types.ts';

/** A session, or the id or name of one of its containers. */
export type Target = string | Pick<Session, 'name' | 'container'>;

/**
 * Runs a command in a session's cluster container, or in any container given by id or name. A non-zero exit is a
 * result.
 * @throws {CiError} SESSION_GONE where the container is not there, or what the engine's refusal means
 */
export async function execInSession(
  engine: Docker,
  target: Target,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const [name, container] = typeof target === 'string' ? [target, target] : [target.name, target.container];
  return engineStep({ what: `run ${command[0]} in ${name}`, session: name, signal: options.signal }, () =>
    execIn(engine, container, command, options),
  );
}

/**
 * Runs a command in a session's cluster container as if it ran here, with our stdin, outputs and terminal.
 * @returns its exit code
 */
export async function attachInSession(
  engine: Docker,
  { name, container }: Session,
  command: readonly string[],
  console: Console,
  signal?: AbortSignal,
): Promise<number> {
  return engineStep({ what: `run ${command[0]} in ${name}`, session: name, signal }, () =>
    execAttached(engine, container, command, console, signal),
  );
}

/** Runs the cluster image's own program and returns its result where it exits 0. */
export async function nodeCommand(
  engine: Docker,
  target: Target,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const result = await execInSession(engine, target, ['istio-ci-node', ...command], options);
  if (result.exitCode !== 0) {
    throw errors.nodeCommandFailed(
      `istio-ci-node ${command.join(' ')}`,
      result.exitCode,
      result.stderr || result.stdout,
    );
  }
  return result;
}

/** What is true inside the cluster container by now, phase by phase. */
export async function sessionStatus(
  engine: Docker,
  target: Target,
  options: Operation = {},
): Promise<NodeStatus> {
  const { stdout } = await nodeCommand(engine, target, ['status', '--json'], { signal: options.signal });
  return nodeStatusSchema.parse(JSON.parse(stdout));
}

export interface WaitOptions extends Operation {
  /** Seconds; 120 by default, multiplied by ISTIO_CI_TIME_FACTOR on slow machines. */
  readonly timeoutSeconds?: number | undefined;
}

/**
 * Waits until everything in the cluster is true, and returns how it came to be.
 * @throws {CiError} NOT_READY with what is missing, or the boot's own failure with the log that explains it
 */
export async function waitForSession(
  engine: Docker,
  target: Target,
  options: WaitOptions = {},
): Promise<NodeStatus> {
  const seconds = Math.ceil((options.timeoutSeconds ?? 120) * timeFactor());
  await waitInside(engine, target, seconds, options);
  const status = await sessionStatus(engine, target, options);
  if (status.ready) return status;
  const boot = { status, startedAt: await startOf(engine, target) };
  if (status.failed) throw errors.bootFailed(status.failed, (status.failed.log ?? []).join('\n'), boot);
  const begun = status.phases.filter(({ state }) => state === 'running').map(({ name }) => name);
  const log = await explain(execInSession, engine, target, begun, options.signal);
  throw errors.notReady(missingPhases(status), seconds, log, boot);
}

/** When the container started, as far as the engine still knows. */
async function startOf(engine: Docker, target: Target): Promise<string | undefined> {
  const container = engine.getContainer(typeof target === 'string' ? target : target.container);
  return container.inspect().then(
    ({ State }) => State.StartedAt,
    () => undefined,
  );
}

/** What `istio-ci-node wait` exits with when it has a verdict: everything is true, or something is not. */
const verdicts = [0, 8];

/**
 * Runs `wait` inside until it has a verdict. In the first moments of a container the engine may fail to run anything in it
 * ("cannot exec in a stopped container", seen with 20.10): that says nothing about the cluster and is tried again.
 */
async function waitInside(
  engine: Docker,
  target: Target,
  seconds: number,
  { signal, progress }: WaitOptions,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const left = Math.max(1, Math.ceil((end - performance.now()) / 1000));
    const command = ['istio-ci-node', 'wait', '--timeout', `${left}s`];
    const { exitCode } = await execInSession(engine, target, command, { signal, onLine: progress });
    if (verdicts.includes(exitCode) || performance.now() >= end) return;
    await delay(100, undefined, signal === undefined ? {} : { signal });
  }
}

/** By how much all times are longer on this machine (ISTIO_CI_TIME_FACTOR). */
export function timeFactor(): number {
  const factor = Number(process.env.ISTIO_CI_TIME_FACTOR ?? 1);
  return Number.isFinite(factor) && factor > 0 ? factor : 1;
}

/**
 * The text of `/kubeconfig` as the cluster wrote it: for `https://127.0.0.1:8443`, to be rewritten for the place it
 * is used from.
 * @throws {CiError} KUBECONFIG_MISSING while the cluster is not ready
 */
export async function sessionKubeconfig(engine: Docker, session: Session): Promise<string> {
  const { stdout, stderr, exitCode } = await execInSession(engine, session, ['cat', '/kubeconfig']);
  if (exitCode !== 0) throw errors.noKubeconfig(session.name, stderr);
  return stdout;
}
