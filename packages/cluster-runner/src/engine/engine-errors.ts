import { CiError, isConflict, isNotFound, messageOf } from '@istio-ci/kit';
import { errors } from '../errors.ts';

/** What was being done when the engine answered. */
export interface EngineCall {
  /** As in "the engine could not start the cluster". */
  readonly what: string;
  readonly image?: string;
  /** The session whose name a container takes: where it is taken, the session exists. */
  readonly session?: string;
  readonly privileges?: 'capabilities' | 'privileged' | undefined;
  /** What it was aborted with is thrown as it is. */
  readonly signal?: AbortSignal | undefined;
}

/** The error that an answer of the engine means to a user. The patterns are the engine's own words (moby 20.10 to 28). */
export function engineError(error: unknown, call: EngineCall): unknown {
  if (call.signal?.aborted) return call.signal.reason;
  if (error instanceof CiError) return error;
  const text = messageOf(error);
  if (/no space left on device|disk quota exceeded/i.test(text)) return errors.diskFull(error);
  if (/non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(text))
    return errors.noAddresses(error);
  if (/port is already allocated|address already in use/i.test(text))
    return errors.portTaken(call.what, error);
  if (
    /unable to apply caps|capabilit.*not permitted|privileged mode is (incompatible|not allowed)/i.test(text)
  )
    return errors.privilegesRefused(call.privileges ?? 'capabilities', error);
  if (/no such image/i.test(text)) return errors.imageMissing(call.image ?? 'of this name', error);
  if (
    /executable file not found|chdir to cwd|no such file or directory: unknown|bind source path does not exist/i.test(
      text,
    )
  )
    return errors.commandNotFound(call.what, call.image ?? 'the image', error);
  if (call.session !== undefined && /is paused/i.test(text)) return errors.sessionFrozen(call.session, error);
  if (call.session !== undefined && /is not running/i.test(text))
    return errors.sessionGone(call.session, error);
  if (call.session !== undefined && isConflict(error)) return errors.sessionExists(call.session, error);
  if (call.session !== undefined && isNotFound(error)) return errors.sessionGone(call.session, error);
  if (isConnectionLost(error)) return errors.engineLost(error);
  return errors.engineFailed(call.what, error);
}

/** Runs one step at the engine; whatever it fails with is thrown as what it means. */
export async function engineStep<T>(call: EngineCall, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw engineError(error, call);
  }
}

/** True where the engine itself went away, not what was asked of it. */
function isConnectionLost(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/.test(code) ||
    /socket hang up/i.test(messageOf(error))
  );
}
