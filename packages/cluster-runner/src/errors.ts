import { CiError, formatSeconds } from '@istio-ci/kit';
import type { NodeStatus } from './node-status.ts';

/** How far a boot came that did not come to its end. */
export interface EndedBoot {
  readonly status: NodeStatus;
  /** When its container started; absent if that is no longer known. */
  readonly startedAt: string | undefined;
}

/** A cluster that did not become ready, with the state of its boot, if there was a boot. */
export class BootError extends CiError {
  readonly boot: EndedBoot | undefined;

  constructor(code: string, message: string, remedy: string, boot: EndedBoot | undefined) {
    super({ code, kind: 'cluster', message, remedy });
    this.name = 'BootError';
    this.boot = boot;
  }
}

/** An error of this package: the engine or the cluster, unless it says otherwise. */
function clusterError(code: string, message: string, remedy: string, cause?: unknown): CiError {
  return new CiError({ code, kind: 'cluster', message, remedy, cause });
}

function usageError(code: string, message: string, remedy: string, cause?: unknown): CiError {
  return new CiError({ code, kind: 'usage', message, remedy, cause });
}

/** Every error of this package. */
export const sessionErrors = {
  sessionExists: (name: string, cause?: unknown) =>
    clusterError(
      'SESSION_EXISTS',
      `A session named ${name} already exists.`,
      `End it first (istio-ci down ${name}), or start this one under another name.`,
      cause,
    ),
  sessionGone: (name: string, cause?: unknown) =>
    clusterError(
      'SESSION_GONE',
      `Session ${name} has ended: its container is gone.`,
      'Start a new one; it may have been ended by its lease, its owner or a down.',
      cause,
    ),
  sessionFrozen: (name: string, cause?: unknown) =>
    clusterError(
      'SESSION_FROZEN',
      `The cluster of session ${name} is frozen and answers nothing.`,
      'Thaw its container (docker unpause). Its lease keeps running.',
      cause,
    ),
  ownerGone: (pid: number) =>
    usageError(
      'OWNER_GONE',
      `The process ${pid}, the owner of the session, is not running.`,
      'Give the pid of a process that runs on this machine.',
    ),
  invalidRequest: (what: string, value: unknown, rule: string) =>
    usageError('SESSION_REQUEST_INVALID', `${what} is ${JSON.stringify(value)}.`, `Give ${rule}.`),
  extraCaUnreadable: (path: string, cause: unknown) =>
    usageError('EXTRA_CA_UNREADABLE', `The CA bundle ${path} cannot be read.`, 'Give a PEM file.', cause),
  imageMissing: (image: string, cause?: unknown) =>
    clusterError(
      'IMAGE_MISSING',
      `The engine has no image ${image}.`,
      'Build it first (istio-ci images build), or name one that docker images lists.',
      cause,
    ),
  portTaken: (what: string, cause: unknown) =>
    clusterError(
      'PORT_TAKEN',
      `${what} cannot publish a port: it is taken.`,
      'Start it again; the engine chooses a free port by itself.',
      cause,
    ),
  noAddresses: (cause: unknown) =>
    clusterError(
      'NO_ADDRESSES',
      'The engine has no address range left for one more network.',
      'End sessions that are not needed (istio-ci gc), remove unused networks (docker network prune), or widen default-address-pools of the engine.',
      cause,
    ),
  diskFull: (cause: unknown) =>
    clusterError(
      'DISK_FULL',
      "The engine's disk is full.",
      "Free space where the engine keeps its data (docker info, 'Docker Root Dir'; docker system df).",
      cause,
    ),
  privilegesRefused: (privileges: 'capabilities' | 'privileged', cause: unknown) =>
    clusterError(
      'PRIVILEGES_REFUSED',
      privileges === 'privileged'
        ? 'The engine cannot start a privileged container: it lacks a capability itself.'
        : 'The engine cannot grant the capabilities that the cluster needs.',
      privileges === 'privileged'
        ? 'Start without --privileged: the explicit list asks for less.'
        : 'Let the engine run with the capabilities in docs (CapBnd in /proc/PID/status of dockerd shows what it has).',
      cause,
    ),
  engineLost: (cause: unknown) =>
    clusterError(
      'ENGINE_LOST',
      'The Docker engine stopped answering.',
      'Check that it runs (docker info). The next gc removes what the session left.',
      cause,
    ),
  engineFailed: (what: string, cause: unknown) =>
    clusterError(
      'ENGINE_FAILED',
      `The Docker engine could not ${what}.`,
      "The cause has the engine's own words; docker info shows its state.",
      cause,
    ),
  bootFailed: (failed: { code: string; message: string; remedy: string }, log: string, boot?: EndedBoot) =>
    new BootError(failed.code, withLog(failed.message, log), failed.remedy, boot),
  notReady: (missing: readonly string[], seconds: number, log: string, boot?: EndedBoot) =>
    new BootError(
      'NOT_READY',
      withLog(`After ${formatSeconds(seconds)} the cluster is not ready: ${missing.join('; ')}.`, log),
      'Look into the evidence, or allow more time (--timeout, ISTIO_CI_TIME_FACTOR).',
      boot,
    ),
  notHealthy: (seconds: number, output: string) =>
    clusterError(
      'NOT_HEALTHY',
      withLog(`A cluster from the pool is not ready again after ${formatSeconds(seconds)}.`, output),
      'Take a new one: empty the pool (istio-ci pool drain), or start without --from-pool.',
    ),
  placeHasNoPool: (place: string) =>
    usageError(
      'PLACE_HAS_NO_POOL',
      `The place ${place} cannot keep warm clusters.`,
      'Start sessions without the pool.',
    ),
  placeHasNoImages: (place: string) =>
    usageError(
      'PLACE_HAS_NO_IMAGES',
      `The place ${place} has no images of its own to load.`,
      'Give an archive, or let the session pull the image from a registry.',
    ),
  containerEnded: (what: string, session: string, output: string) =>
    clusterError(
      'CONTAINER_ENDED',
      withLog(
        `The container of ${what} in session ${session} ended by itself while the session started.`,
        output,
      ),
      'Its last lines say why; istio-ci doctor checks the machine.',
    ),
  noKubeconfig: (name: string, detail: string) =>
    clusterError(
      'KUBECONFIG_MISSING',
      withLog(`Session ${name} has no /kubeconfig yet.`, detail),
      'It appears when the cluster is ready: wait for it first.',
    ),
  nodeCommandFailed: (command: string, exitCode: number, output: string) =>
    clusterError(
      'NODE_COMMAND_FAILED',
      withLog(`In the cluster container, ${command} exited ${exitCode}.`, output),
      'The image may be older than this program: build it again (istio-ci images build).',
    ),
  evidenceNotWritable: (file: string, cause: unknown) =>
    usageError(
      'EVIDENCE_NOT_WRITABLE',
      `The evidence cannot be written to ${file}.`,
      'Give a file in a folder that this user may write to, on a disk with room.',
      cause,
    ),
  logUnknown: (component: string, there: readonly string[]) =>
    usageError('LOG_UNKNOWN', `The session has no log of ${component}.`, `Name one of ${there.join(', ')}.`),
  loadFailed: (name: string, output: string) =>
    clusterError(
      'IMAGE_LOAD_FAILED',
      withLog(`The session's Docker took no image from ${name}.`, output),
      'Give an archive as docker save or an OCI tool writes it, and see that the disk has room.',
    ),
  commandNotFound: (command: string, image: string, cause: unknown) =>
    clusterError(
      'COMMAND_NOT_STARTED',
      `${command} could not be started in ${image}.`,
      'The program must be in the image, and the working directory and mounts must exist.',
      cause,
    ),
} as const;

/** The sentence with the last lines of the log that explains it. */
function withLog(message: string, log: string): string {
  const lines = log.trim().split('\n').filter(Boolean).slice(-12);
  return lines.length === 0 ? message : `${message}\n    ${lines.join('\n    ')}`;
}
