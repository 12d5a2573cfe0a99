import { createRequire } from 'node:module';
import type Docker from 'dockerode';
import { CiError, messageOf } from './errors.ts';

/** The engine that DOCKER_HOST names, else the one at the default socket; nothing is asked of it yet. */
export function connectEngine(options: Docker.DockerOptions = {}): Docker {
  // Loaded when it is wanted: it takes 30 MB and a tenth of a second, and most commands need no engine.
  const Engine = createRequire(import.meta.url)('dockerode') as typeof Docker;
  return new Engine(options);
}

/**
 * The engine, once it has answered.
 * @throws {CiError} ENGINE_UNREACHABLE where nothing answers, ENGINE_REFUSED where we may not speak to it
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

/** True where the engine runs on this machine, as far as DOCKER_HOST tells: its paths are then ours. */
export function isLocalEngine(): boolean {
  return /^(unix:|$)/.test(process.env.DOCKER_HOST ?? '');
}

/** True for the engine's answer "there is no such thing": the object is gone, which is what a removal wants. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** True for the engine's answer that something is in the way: a name taken, a removal already under way. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}
