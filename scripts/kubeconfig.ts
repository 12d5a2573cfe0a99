import { join } from 'node:path';
import { sessionKubeconfig } from '@istio-ci/cluster-runner';
import { kubeconfigFor, writeKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import { type Pipeline, requireSession, runStageScript } from '@istio-ci/pipeline';

/** Get kubeconfig: the cluster's own, for use as https://kubernetes:8443, in every place the tests look for it. */
export async function kubeconfig(pipeline: Pipeline) {
  const { distribution, engine } = pipeline;
  const session = await requireSession(pipeline);
  const text = kubeconfigFor('kubernetes', await sessionKubeconfig(engine, session), session);
  for (const place of distribution.kubeconfig) await writeKubeconfig(join(distribution.root, place), text);
  return { written: distribution.kubeconfig };
}

if (import.meta.main) await runStageScript('kubeconfig', kubeconfig);
