import type { Place } from '../place/place.ts';
import { kubernetesIn } from '../session/images.ts';
import type { SessionRequest } from '../types.ts';
import { brokenBy, type Finding, warning } from './finding.ts';
import { judgeEngine } from './judge-engine.ts';
import { judgeNetwork } from './judge-network.ts';
import { networkFacts } from './network-facts.ts';
import { probeNode } from './probe.ts';

export interface DoctorRequest extends Pick<SessionRequest, 'image' | 'privileges' | 'signal' | 'progress'> {
  /** Opens the place; an error is a finding. */
  readonly open: () => Promise<Place>;
  /** The version of Kubernetes that is to run, if the image is not there to say it. */
  readonly kubernetes: string;
}

/** Checks everything that a cluster needs of its place and this machine, and returns all findings. */
export async function examine(request: DoctorRequest): Promise<Finding[]> {
  const network = networkFacts().then(judgeNetwork);
  const place = await request.open().catch((error: unknown) => brokenBy('engine', error));
  if ('verdict' in place) return [place, ...(await network)];
  const built = await kubernetesIn(place, request.image);
  const judged = judgeEngine(await place.facts(), built ?? request.kubernetes);
  if (built === undefined) return [...judged, ...(await network), notTried(request.image)];
  request.progress?.('trying what a cluster needs in a container of the node');
  const { privileges, signal } = request;
  const tried = await probeNode({ place, image: request.image, privileges, signal });
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
