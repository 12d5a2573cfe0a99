import { createRequire } from 'node:module';
import { type CiError, messageOf } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { imageErrors } from '../errors.ts';

/** The address of an engine: a socket of this machine, or a host and port without TLS. */
export interface EngineAddress {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
}

/**
 * The engine at this address; without one, the engine that DOCKER_HOST names or the one at the default
 * socket. It is not contacted yet.
 */
export function connectEngine(address: EngineAddress = {}): Docker {
  // Loaded on first use: it takes 30 MB and a tenth of a second, and most commands need no engine.
  const Engine = createRequire(import.meta.url)('dockerode') as typeof Docker;
  return new Engine(address.host === undefined ? address : { protocol: 'http', ...address });
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
  return /EACCES|EPERM/.test(messageOf(cause))
    ? imageErrors.engineRefused(where, cause)
    : imageErrors.engineUnreachable(where, cause);
}

/**
 * True if the engine runs on this machine, judged by DOCKER_HOST: then its paths are also paths of this
 * machine.
 */
export function isLocalEngine(): boolean {
  return /^(unix:|$)/.test(process.env.DOCKER_HOST ?? '');
}
