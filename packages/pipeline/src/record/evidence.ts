import { findSession, withEvidence } from '@istio-ci/cluster-runner';
import { outPath, type RunContext } from '../context.ts';

/**
 * Keeps the state of the session in which a stage failed, in `out/evidence/<stage>.tgz`, before anything removes it; the
 * error names the file. Where there is no session there is nothing to keep. Never fails itself.
 */
export async function keepEvidence(context: RunContext, stage: string, error: unknown): Promise<void> {
  const { place, buildTag, progress } = context;
  const session = await findSession(place, buildTag).catch(() => undefined);
  if (session === undefined) return;
  await withEvidence(error, place, session, outPath(context, 'evidence', `${stage}.tgz`), { progress });
}
