import { dockerRunArguments } from '@istio-ci/cluster-runner';
import { buildImages, imageRef, requireEngine } from '@istio-ci/image-builder';
import {
  type Campaign,
  type CampaignContext,
  type CampaignResult,
  newSession,
} from '../campaign/campaign.ts';
import { flatImage } from './flat-image.ts';
import { trialsOf } from './trials.ts';
import { type Broken, broken } from './try.ts';

/** The lease of a cluster, in seconds: it ends by itself if this process is killed. */
const leaseSeconds = 1200;

interface Tried {
  readonly without: string;
  readonly broken: readonly Broken[];
  /**
   * False if the result is only reported: for volumes that the image declares itself, and for AppArmor on a
   * machine without it.
   */
  readonly judged: boolean;
}

/** Leaves out each privilege of a cluster once: a privilege that nothing needs should not be in the list. */
export const privilegesCampaign: Campaign = {
  description: 'boots a cluster without each capability, option and volume in turn; each must be needed',
  runs: 1,
  run: tryAll,
};

async function tryAll({ runs, say, signal }: CampaignContext): Promise<CampaignResult> {
  const engine = await requireEngine();
  await buildImages(['minikube-dind'], { signal });
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
