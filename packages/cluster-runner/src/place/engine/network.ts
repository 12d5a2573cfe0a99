import type Docker from 'dockerode';
import type { SessionPlan } from '../plan.ts';
import { engineStep } from './engine-errors.ts';

const mtuOption = 'com.docker.network.driver.mtu';

/**
 * Makes the session's private network. Its MTU is that of the engine's default bridge, as kind does it: if
 * the machine's own network is narrower than 1500, large packets would be lost otherwise.
 * @returns its id, since names of networks are not unique
 * @throws {CiError} NO_ADDRESSES
 */
export async function createNetwork(
  engine: Docker,
  { session, network: { name, labels } }: SessionPlan,
): Promise<string> {
  return engineStep({ what: 'make the session network', session }, async () => {
    const mtu = await defaultMtu(engine);
    const network = await engine.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { ...labels },
      ...(mtu === undefined ? {} : { Options: { [mtuOption]: mtu } }),
    });
    return network.id;
  });
}

async function defaultMtu(engine: Docker): Promise<string | undefined> {
  const bridge = await engine
    .getNetwork('bridge')
    .inspect()
    .catch(() => undefined);
  return bridge?.Options?.[mtuOption];
}
