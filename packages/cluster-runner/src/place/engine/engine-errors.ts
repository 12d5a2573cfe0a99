import { CiError, isConflict, isNotFound, messageOf } from '@istio-ci/kit';
import { sessionErrors } from '../../errors.ts';
import type { Privileges } from '../plan.ts';

/** What the engine was asked to do. */
export interface EngineCall {
  /** A verb phrase, as in "the engine could not start the cluster". */
  readonly what: string;
  /** What was to be started, as in "the cluster cannot publish a port". */
  readonly subject?: string;
  readonly image?: string;
  /** The session whose name the container gets: if the name is in use, the session exists. */
  readonly session?: string;
  readonly privileges?: Privileges | undefined;
  /** If it is aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Translates an answer of the engine for users. The patterns are the engine's own words (moby 20.10 to 28).
 * Pure.
 */
export function engineError(error: unknown, call: EngineCall): unknown {
  if (call.signal?.aborted) return call.signal.reason;
  if (error instanceof CiError) return error;
  const text = messageOf(error);
  if (/no space left on device|disk quota exceeded/i.test(text)) return sessionErrors.diskFull(error);
  if (/non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(text))
    return sessionErrors.noAddresses(error);
  if (/port is already allocated|address already in use/i.test(text))
    return sessionErrors.portTaken(call.subject ?? 'The container', error);
  if (
    /unable to apply caps|capabilit.*not permitted|privileged mode is (incompatible|not allowed)/i.test(text)
  )
    return sessionErrors.privilegesRefused(call.privileges ?? 'capabilities', error);
  if (/no such image/i.test(text)) return sessionErrors.imageMissing(call.image ?? 'of this name', error);
  if (
    /executable file not found|chdir to cwd|no such file or directory: unknown|bind source path does not exist/i.test(
      text,
    )
  )
    return sessionErrors.commandNotFound(call.subject ?? 'the command', call.image ?? 'the image', error);
  if (call.session !== undefined && /is paused/i.test(text))
    return sessionErrors.sessionFrozen(call.session, error);
  if (call.session !== undefined && /is not running/i.test(text))
    return sessionErrors.sessionGone(call.session, error);
  if (call.session !== undefined && isConflict(error))
    return sessionErrors.sessionExists(call.session, error);
  if (call.session !== undefined && isNotFound(error)) return sessionErrors.sessionGone(call.session, error);
  if (isConnectionLost(error)) return sessionErrors.engineLost(error);
  return sessionErrors.engineFailed(call.what, error);
}

/** Runs one step on the engine, and translates its error. */
export async function engineStep<T>(call: EngineCall, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw engineError(error, call);
  }
}

/** True if the engine itself is gone, and not something on it. */
function isConnectionLost(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/.test(code) ||
    /socket hang up/i.test(messageOf(error))
  );
}
