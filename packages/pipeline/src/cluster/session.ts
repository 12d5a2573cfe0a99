import { findSession, type Session } from '@istio-ci/cluster-runner';
import type { KubernetesMinor } from '@istio-ci/kit';
import type { RunContext } from '../context.ts';
import { pipelineErrors } from '../errors.ts';

type SessionOf = Pick<RunContext, 'place' | 'buildTag' | 'distribution'>;

/** The session of this build, found by its labels, if it exists. @throws {CiError} KUBERNETES_DIFFERS */
export async function sessionOf({ place, buildTag, distribution }: SessionOf): Promise<Session | undefined> {
  const session = await findSession(place, buildTag);
  if (session) requireKubernetes(session, distribution.cluster.kubernetes);
  return session;
}

/**
 * Fails if the stage asks for another Kubernetes version than the session runs: its builder has the kubectl
 * of that version. Foreign images carry no version and are not checked. Pure.
 * @throws {CiError} KUBERNETES_DIFFERS
 */
export function requireKubernetes(
  { name, kubernetes }: Pick<Session, 'name' | 'kubernetes'>,
  wanted: KubernetesMinor,
): void {
  if (kubernetes === undefined || kubernetes.startsWith(`${wanted}.`)) return;
  throw pipelineErrors.kubernetesDiffers(name, kubernetes, wanted);
}

/** The session of this build. @throws {CiError} SESSION_MISSING, KUBERNETES_DIFFERS */
export async function requireSession(context: SessionOf): Promise<Session> {
  const session = await sessionOf(context);
  if (!session) throw pipelineErrors.sessionMissing(context.buildTag);
  return session;
}
