import { dockerRunArguments } from '@istio-ci/cluster-runner';
import { buildImages, imageRef } from '@istio-ci/image-builder';
import { requireEngine } from '@istio-ci/kit';
import {
  type Campaign,
  type CampaignContext,
  type CampaignResult,
  newSession,
} from '../campaign/campaign.ts';
import { flatImage } from './flat-image.ts';
import { trialsOf } from './trials.ts';
import { type Broken, broken } from './try.ts';

/** A cluster that is not removed, because this process was killed, ends by itself after this time, in seconds. */
const leaseSeconds = 1200;

interface Tried {
  readonly without: string;
  readonly broken: readonly Broken[];
  /** False where it is told only: a volume that the image declares itself, a confinement that this machine does not have. */
  readonly judged: boolean;
}

/** Everything that a cluster is given is left out once: what nothing needs has no place in the list. */
export const privilegesCampaign: Campaign = {
  description:
    'boots a cluster without each capability, option and volume in turn; what is given must be needed',
  runs: 1,
  run: tryAll,
};

async function tryAll({ runs, say, signal }: CampaignContext): Promise<CampaignResult> {
  const engine = await requireEngine();
  await buildImages(['minikube-dind'], { engine, signal });
  await using image = await flatImage(engine, await imageRef('minikube-dind'));
  const name = newSession();
  const env = { LEASE_SECONDS: String(leaseSeconds) };
  const trials = trialsOf(dockerRunArguments({ image: image.ref, name, publish: false, env }));
  const { SecurityOptions } = (await engine.info()) as { SecurityOptions?: string[] };
  const appArmor = (SecurityOptions ?? []).some((option) => option.includes('apparmor'));
  const tried: Tried[] = [];
  for (const trial of Array.from({ length: runs }, () => trials).flat()) {
    signal.throwIfAborted();
    const without = trial.without ?? 'nothing';
    const judged = !without.startsWith('--volume') && (appArmor || !without.includes('apparmor'));
    const result = { without, broken: await broken(engine, name, trial, signal), judged };
    tried.push(result);
    say(`without ${without}: ${sentence(result)}`);
  }
  const good = ({ without, broken: faults }: Tried) => (without === 'nothing') === (faults.length === 0);
  const judged = tried.filter((each) => each.judged);
  const failed = judged.filter((each) => !good(each));
  return {
    count: {
      passed: judged.length - failed.length,
      failed: failed.length,
      skipped: tried.length - judged.length,
    },
    figures: { campaign: 'privileges', tried },
  };
}

function sentence({ broken: faults }: Tried): string {
  if (faults.length === 0) return 'all works';
  return faults.map(({ check, says }) => `${check} fails (${says})`).join('; ');
}
