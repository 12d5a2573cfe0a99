import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@istio-ci/kit';
import { sessionErrors } from '../errors.ts';
import { missingPhases, type NodeStatus, nodeStatusSchema } from '../node-status.ts';
import type { CommandOptions, CommandResult, Place } from '../place/place.ts';
import { timeFactor } from '../time-factor.ts';
import type { Session } from '../types.ts';
import { type Target, targetContainer } from './target.ts';

/**
 * Runs a command in a session's cluster container, or in any container given by id or name. A non-zero exit
 * is a result.
 * @throws {CiError} SESSION_GONE if the container is not there
 */
export async function execInSession(
  place: Place,
  target: Target,
  command: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return place.command(targetContainer(target), command, options);
}

/** Runs the cluster image's own program and returns its result. @throws {CiError} NODE_COMMAND_FAILED */
export async function nodeCommand(
  place: Place,
  target: Target,
  command: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await execInSession(place, target, ['istio-ci-node', ...command], options);
  if (result.exitCode !== 0) {
    throw sessionErrors.nodeCommandFailed(
      `istio-ci-node ${command.join(' ')}`,
      result.exitCode,
      result.stderr || result.stdout,
    );
  }
  return result;
}

/** The state of each phase of the boot. */
export async function sessionStatus(
  place: Place,
  target: Target,
  options: Operation = {},
): Promise<NodeStatus> {
  const { stdout } = await nodeCommand(place, target, ['status', '--json'], { signal: options.signal });
  return nodeStatusSchema.parse(JSON.parse(stdout));
}

/**
 * The ends of the logs that explain why these components are not ready, each line after its program's name.
 * All of them, since one failure often makes others not ready too.
 */
export async function explain(
  place: Place,
  target: Target,
  components: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const command = ['istio-ci-node', 'explain', ...components];
  return (await execInSession(place, target, command, { signal })).stdout;
}

export interface WaitOptions extends Operation {
  /** Seconds; 120 by default, multiplied by ISTIO_CI_TIME_FACTOR on slow machines. */
  readonly timeoutSeconds?: number | undefined;
}

/**
 * Waits until the cluster is ready, and returns the status of its boot.
 * @throws {CiError} NOT_READY with what is missing, or the boot's own failure with the log that explains it
 */
export async function waitForSession(
  place: Place,
  target: Target,
  options: WaitOptions = {},
): Promise<NodeStatus> {
  const seconds = Math.ceil((options.timeoutSeconds ?? 120) * timeFactor());
  await waitInside(place, target, seconds, options);
  const status = await sessionStatus(place, target, options);
  if (status.ready) return status;
  const boot = { status, startedAt: await startOf(place, target) };
  if (status.failed)
    throw sessionErrors.bootFailed(status.failed, (status.failed.log ?? []).join('\n'), boot);
  const begun = status.phases.filter(({ state }) => state === 'running').map(({ name }) => name);
  const log = await explain(place, target, begun, options.signal);
  throw sessionErrors.notReady(missingPhases(status), seconds, log, boot);
}

/** When the container started; undefined if the place cannot say any more. */
async function startOf(place: Place, target: Target): Promise<string | undefined> {
  const watch = place.watch(targetContainer(target));
  return (await watch.state().catch(() => undefined))?.startedAt;
}

/** The exit codes of `istio-ci-node wait` that are a verdict: ready, or not ready. */
const verdicts = [0, 8];

/**
 * Runs `wait` inside until it has a verdict. In the first moments of a container the engine may fail to run
 * anything in it ("cannot exec in a stopped container", seen with 20.10). That says nothing about the
 * cluster, so it is tried again.
 */
async function waitInside(
  place: Place,
  target: Target,
  seconds: number,
  { signal, progress }: WaitOptions,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const left = Math.max(1, Math.ceil((end - performance.now()) / 1000));
    const command = ['istio-ci-node', 'wait', '--timeout', `${left}s`];
    const { exitCode } = await execInSession(place, target, command, { signal, onLine: progress });
    if (verdicts.includes(exitCode) || performance.now() >= end) return;
    await delay(100, undefined, signal === undefined ? {} : { signal });
  }
}

/**
 * The text of `/kubeconfig` as the cluster wrote it: for `https://127.0.0.1:8443`, to be rewritten for where
 * it is used.
 * @throws {CiError} KUBECONFIG_MISSING while the cluster is not ready
 */
export async function sessionKubeconfig(place: Place, session: Session): Promise<string> {
  const { stdout, stderr, exitCode } = await execInSession(place, session, ['cat', '/kubeconfig']);
  if (exitCode !== 0) throw sessionErrors.noKubeconfig(session.name, stderr);
  return stdout;
}
