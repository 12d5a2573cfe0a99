import { messageOf } from '@istio-ci/kit';
import { newLabels } from './create/new-labels.ts';
import { checkSettings } from './create/settings.ts';
import { sessionErrors } from './errors.ts';
import { gcSessions } from './guard/gc.ts';
import type { SessionLabels } from './labels.ts';
import { type BootTimeline, bootTimeline } from './node-status.ts';
import { refillPool } from './pool/refill.ts';
import { takeFromPool } from './pool/take.ts';
import { findSession } from './session/find.ts';
import { startSession } from './start.ts';
import type { Session, SessionRequest } from './types.ts';

/**
 * Validates a request before its image is built or anything else is made. Sessions that have ended are
 * removed, which frees their names.
 * @throws {CiError} SESSION_EXISTS, SESSION_REQUEST_INVALID, OWNER_GONE
 */
export async function checkRequest(request: Omit<SessionRequest, 'image'>): Promise<SessionLabels> {
  const { place, signal } = request;
  signal?.throwIfAborted();
  checkSettings(request, place.local);
  const labels = newLabels(request);
  await gcSessions(place, request);
  if (await findSession(place, labels.name)) throw sessionErrors.sessionExists(labels.name);
  return labels;
}

/**
 * Starts a session and returns when it is ready. On failure, abort or SIGKILL, everything created so far is
 * removed; the evidence of a failure stays in `evidenceDir`.
 * @throws {CiError} SESSION_EXISTS, IMAGE_MISSING, NOT_READY and others of errors.ts; the signal's reason
 */
export async function upSession(request: SessionRequest): Promise<Session & { boot: BootTimeline }> {
  const begun = performance.now();
  const { place } = request;
  const labels = await checkRequest(request);
  const taken = request.fromPool ? await takeFromPool(request, labels) : undefined;
  const status = taken ?? (await startSession(request, labels));
  const session = await findSession(place, labels.name);
  if (!session) throw sessionErrors.sessionGone(labels.name);
  const totalMs = Math.round(performance.now() - begun);
  if (request.refill)
    await refillPool(request).catch((error: unknown) =>
      request.progress?.(`the pool is not refilled: ${messageOf(error)}`),
    );
  return { ...session, boot: bootTimeline(status, { totalMs, standby: taken !== undefined }) };
}
