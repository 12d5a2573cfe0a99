import { messageOf } from '@istio-ci/kit';
import { errors } from '../errors.ts';
import type { SessionMark } from '../labels.ts';
import { type BootTimeline, bootTimeline } from '../node-status.ts';
import { refillPool } from '../pool/refill.ts';
import { takeFromPool } from '../pool/take.ts';
import { findSession } from './find.ts';
import { gcSessions } from './gc.ts';
import { markFor } from './mark.ts';
import { checkSettings } from './settings.ts';
import { startSession } from './start.ts';
import type { Session, SessionRequest } from './types.ts';

/**
 * What can be told of a request before its image is built or anything is made for it. Sessions that have ended are removed: the
 * name of one of them is free.
 * @throws {CiError} SESSION_EXISTS, SESSION_REQUEST_INVALID, OWNER_GONE
 */
export async function checkRequest(request: Omit<SessionRequest, 'image'>): Promise<SessionMark> {
  const { engine, signal } = request;
  signal?.throwIfAborted();
  checkSettings(request);
  const mark = markFor(request);
  await gcSessions(engine, request);
  if (await findSession(engine, mark.name)) throw errors.sessionExists(mark.name);
  return mark;
}

/**
 * Starts a session and returns when everything in it is true. Whatever keeps it from that, an abort or a SIGKILL
 * included, everything made so far is removed; the evidence of a failure stays in `evidenceDir`.
 * @throws {CiError} SESSION_EXISTS, IMAGE_MISSING, NOT_READY and what else errors.ts lists; the signal's reason
 */
export async function upSession(request: SessionRequest): Promise<Session & { boot: BootTimeline }> {
  const begun = performance.now();
  const { engine } = request;
  const mark = await checkRequest(request);
  const taken = request.fromPool ? await takeFromPool(request, mark) : undefined;
  const status = taken ?? (await startSession(request, mark));
  const session = await findSession(engine, mark.name);
  if (!session) throw errors.sessionGone(mark.name);
  const totalMs = Math.round(performance.now() - begun);
  if (request.refill)
    await refillPool(request).catch((error: unknown) =>
      request.progress?.(`the pool is not refilled: ${messageOf(error)}`),
    );
  return { ...session, boot: bootTimeline(status, { totalMs, standby: taken !== undefined }) };
}
