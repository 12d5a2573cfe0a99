import { join } from 'node:path';
import { sessionKubeconfig } from '@istio-ci/cluster-runner';
import { kubeconfigFor, writeKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import { requireSession } from '../cluster/session.ts';
import type { RunContext } from '../context.ts';

/**
 * Get kubeconfig: writes the cluster's kubeconfig, for https://kubernetes:8443, wherever the tests look for
 * it.
 */
export async function kubeconfig(context: RunContext) {
  const { distribution, place } = context;
  const session = await requireSession(context);
  const text = kubeconfigFor('kubernetes', await sessionKubeconfig(place, session), session);
  for (const file of distribution.kubeconfig) await writeKubeconfig(join(distribution.root, file), text);
  return { facts: { written: distribution.kubeconfig } };
}
