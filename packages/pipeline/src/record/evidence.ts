import { findSession, withEvidence } from '@istio-ci/cluster-runner';
import { outPath, type RunContext } from '../context.ts';

/**
 * Saves the state of the session in which a stage failed to `out/evidence/<stage>.tgz`, before anything
 * removes it. The error then names the file. Does nothing without a session. Never throws.
 */
export async function keepEvidence(context: RunContext, stage: string, error: unknown): Promise<void> {
  const { place, buildTag, progress } = context;
  const session = await findSession(place, buildTag).catch(() => undefined);
  if (session === undefined) return;
  await withEvidence(error, place, session, outPath(context, 'evidence', `${stage}.tgz`), { progress });
}
