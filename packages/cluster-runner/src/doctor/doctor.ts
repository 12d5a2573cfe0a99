import type Docker from 'dockerode';
import type { SessionRequest } from '../session/types.ts';
import { engineFacts, kubernetesIn } from './facts.ts';
import { brokenBy, type Finding, warning } from './finding.ts';
import { judgeEngine } from './judge-engine.ts';
import { judgeNetwork } from './judge-network.ts';
import { networkFacts } from './network-facts.ts';
import { probeNode } from './probe.ts';

export interface DoctorRequest extends Pick<SessionRequest, 'image' | 'privileges' | 'signal' | 'progress'> {
  /** How the engine is reached; what it throws is a finding. */
  readonly connect: () => Promise<Docker>;
  /** The version of Kubernetes that is to run, where the image is not there to tell. */
  readonly kubernetes: string;
}

/** Looks at everything that a cluster needs of engine and machine, and returns all findings, the fine ones too. */
export async function examine(request: DoctorRequest): Promise<Finding[]> {
  const network = networkFacts().then(judgeNetwork);
  const engine = await request.connect().catch((error: unknown) => brokenBy('engine', error));
  if ('verdict' in engine) return [engine, ...(await network)];
  const built = await kubernetesIn(engine, request.image);
  const judged = judgeEngine(await engineFacts(engine), built ?? request.kubernetes);
  if (built === undefined) return [...judged, ...(await network), notTried(request.image)];
  request.progress?.('trying what a cluster needs in a container of the node');
  const { privileges, signal } = request;
  const tried = await probeNode({ engine, image: request.image, privileges, signal });
  return [...judged, ...(await network), ...tried];
}

function notTried(image: string): Finding {
  return warning(
    'node',
    'NODE_NOT_TRIED',
    `The image ${image} is not built yet, so what the kernel can do was not tried.`,
    'Build it (istio-ci images build minikube-dind) and ask again.',
  );
}
