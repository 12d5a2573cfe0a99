import { createRequire } from 'node:module';
import type Docker from 'dockerode';
import { CiError, messageOf } from './errors.ts';

/** The engine that DOCKER_HOST names, or the one at the default socket. It is not contacted yet. */
export function connectEngine(options: Docker.DockerOptions = {}): Docker {
  // Loaded on first use: it takes 30 MB and a tenth of a second, and most commands need no engine.
  const Engine = createRequire(import.meta.url)('dockerode') as typeof Docker;
  return new Engine(options);
}

/**
 * The engine, once it has answered.
 * @throws {CiError} ENGINE_UNREACHABLE if nothing answers, ENGINE_REFUSED if this user may not connect
 */
export async function requireEngine(): Promise<Docker> {
  const engine = connectEngine();
  try {
    await engine.ping();
    return engine;
  } catch (cause) {
    throw engineError(cause);
  }
}

function engineError(cause: unknown): CiError {
  const where = process.env.DOCKER_HOST ?? '/var/run/docker.sock';
  if (/EACCES|EPERM/.test(messageOf(cause))) {
    return new CiError({
      code: 'ENGINE_REFUSED',
      kind: 'cluster',
      message: `The Docker engine at ${where} does not let this user in.`,
      remedy: 'Run with sudo, or add the user to the group docker and log in again.',
      cause,
    });
  }
  return new CiError({
    code: 'ENGINE_UNREACHABLE',
    kind: 'cluster',
    message: `No Docker engine answers at ${where}.`,
    remedy: 'Start one (as root, ./istio-ci does it), or let DOCKER_HOST name one that runs.',
    cause,
  });
}

/**
 * True if the engine runs on this machine, judged by DOCKER_HOST: then its paths are also paths of this
 * machine.
 */
export function isLocalEngine(): boolean {
  return /^(unix:|$)/.test(process.env.DOCKER_HOST ?? '');
}

/** True if the engine answered that the object does not exist. For a removal that is success. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** True if the engine answered with a conflict, such as a name in use or a removal already in progress. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
