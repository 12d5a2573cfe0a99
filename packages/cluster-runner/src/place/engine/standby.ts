import { isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { Standby, StartedSession } from '../place.ts';
import type { SessionPlan } from '../plan.ts';
import { publishedAt } from './address.ts';
import { engineStep } from './engine-errors.ts';
import { tailOutput } from './output-tail.ts';
import { removedOnFailure, startServices } from './up.ts';

/** Warm clusters are paused containers. */
export function engineStandby(engine: Docker): Standby {
  return {
    freeze: (cluster) =>
      engineStep({ what: 'freeze a cluster of the pool' }, () => engine.getContainer(cluster).pause()),
    claim: (cluster) => thaw(engine, cluster),
    handOut: (cluster, plan) => handOut(engine, cluster, plan),
  };
}

/**
 * To thaw a cluster is to claim it: of two that try, the engine refuses the second, because it is not frozen.
 */
async function thaw(engine: Docker, cluster: string): Promise<boolean> {
  return engineStep({ what: 'thaw a cluster of the pool' }, async () => {
    try {
      await engine.getContainer(cluster).unpause();
      return true;
    } catch (error) {
      if (isNotFound(error) || /is not paused/i.test(String(error))) return false;
      throw error;
    }
  });
}

/**
 * The engine can change neither the labels of a container nor the name of a network. So the cluster keeps
 * both; its new name is the container's, and an empty volume has the labels of the session. list.ts reads
 * both.
 */
async function handOut(engine: Docker, cluster: string, plan: SessionPlan): Promise<StartedSession> {
  const container = engine.getContainer(cluster);
  const { what, name, dataLabels } = plan.cluster;
  return removedOnFailure(engine, plan, async () => {
    const [network, output] = await engineStep(
      { what: `hand out ${what}`, subject: what, session: plan.session },
      async () => {
        await container.rename({ name });
        await engine.createVolume({ Labels: { ...dataLabels } });
        return Promise.all([networkName(container), tailOutput(container)]);
      },
    );
    const services = await startServices(engine, plan, { network, address: publishedAt(engine) });
    return { cluster: { what, container: cluster, output }, services };
  });
}

async function networkName(container: Docker.Container): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  return Object.keys(NetworkSettings.Networks)[0] ?? '';
}
