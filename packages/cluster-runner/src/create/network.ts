import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { labelsFor, type SessionMark } from '../labels.ts';
import { names } from '../names.ts';

const mtuOption = 'com.docker.network.driver.mtu';

/**
 * Makes the session's private network. Its MTU is that of the engine's default bridge, as kind does it: where the
 * machine's own network is narrower than 1500, large packets would vanish otherwise (research/clusters.md 3.10).
 * @returns its id, since names of networks are not unique
 * @throws {CiError} NO_ADDRESSES
 */
export async function createNetwork(engine: Docker, mark: SessionMark): Promise<string> {
  return engineStep({ what: 'make the session network', session: mark.name }, async () => {
    const mtu = await defaultMtu(engine);
    const network = await engine.createNetwork({
      Name: names.network(mark.name),
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: labelsFor(mark, 'network'),
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
