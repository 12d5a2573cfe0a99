import { findSession, type Session } from '@istio-ci/cluster-runner';
import type { Pipeline } from './context.ts';
import { pipelineErrors } from './errors.ts';

/**
 * The session of this build, found by its labels.
 * @throws {CiError} SESSION_MISSING
 */
export async function requireSession({
  engine,
  buildTag,
}: Pick<Pipeline, 'engine' | 'buildTag'>): Promise<Session> {
  const session = await findSession(engine, buildTag);
  if (!session) throw pipelineErrors.sessionMissing(buildTag);
  return session;
}
