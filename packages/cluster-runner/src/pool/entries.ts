import { isNotFound, sha256 } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { label } from '../labels.ts';
import { standsBy } from '../session/find.ts';
import type { SessionRequest } from '../session/types.ts';

/** What a cluster is booted with: only one that was booted with the same can be handed out for a request. */
export type ClusterSettings = Pick<
  SessionRequest,
  | 'image'
  | 'privileges'
  | 'bootstrapper'
  | 'certSans'
  | 'insecureRegistries'
  | 'registryMirrors'
  | 'extraCa'
  | 'dockerTls'
  | 'publishDocker'
  | 'publish'
  | 'images'
  | 'limits'
>;

const settingNames = [
  'image',
  'privileges',
  'bootstrapper',
  'certSans',
  'insecureRegistries',
  'registryMirrors',
  'extraCa',
  'dockerTls',
  'publishDocker',
  'publish',
  'images',
  'limits',
] as const satisfies readonly (keyof ClusterSettings)[];

/** The settings of a request and nothing else of it: plain data. */
export function settingsOf(request: ClusterSettings): ClusterSettings {
  return Object.fromEntries(settingNames.map((name) => [name, request[name]])) as unknown as ClusterSettings;
}

/** What an absent setting means: a request that says it asks for the same cluster. */
const defaults: Partial<ClusterSettings> = {
  privileges: 'capabilities',
  bootstrapper: 'native',
  dockerTls: false,
  publishDocker: false,
  publish: true,
};

/** One value for all that makes two clusters the same, whether a default was said or not. */
export function poolKey(settings: ClusterSettings): string {
  const values = settingNames.map((name) => {
    const value = settings[name];
    const empty =
      value === undefined || value === defaults[name] || (Array.isArray(value) && value.length === 0);
    return empty ? null : value;
  });
  return sha256(JSON.stringify(values)).slice(0, 16);
}

/** A cluster of the pool that was not handed out. */
export interface PoolEntry {
  readonly id: string;
  /** What `poolKey` made of its settings. */
  readonly key: string;
  readonly container: string;
  readonly image: string;
  readonly leaseEndsAt?: Date | undefined;
  /** False while it still boots. */
  readonly frozen: boolean;
}

/** The clusters that stand by, oldest first. */
export async function listPool(engine: Docker): Promise<PoolEntry[]> {
  const filters = { label: [label.pool] };
  return entriesFrom(
    await engineStep({ what: 'the pool' }, () => engine.listContainers({ all: true, filters })),
  );
}

/** Pure: what the engine's list says about the pool. */
function entriesFrom(containers: readonly ContainerInfo[]): PoolEntry[] {
  return containers
    .filter((container) => container.Labels[label.role] === 'cluster' && standsBy(container))
    .toSorted((a, b) => a.Created - b.Created)
    .map(({ Id, Image, Labels, State }) => {
      const leaseEnd = Labels[label.leaseEnd];
      return {
        id: Labels[label.id] ?? '',
        key: Labels[label.pool] ?? '',
        container: Id,
        image: Image,
        leaseEndsAt: leaseEnd === undefined ? undefined : new Date(leaseEnd),
        frozen: State === 'paused',
      };
    });
}

/** Thawing is the claim: of two that try, the engine refuses the second, because it is not frozen any more. */
export async function claim(engine: Docker, { container }: PoolEntry): Promise<boolean> {
  return engineStep({ what: 'thaw a cluster of the pool' }, async () => {
    try {
      await engine.getContainer(container).unpause();
      return true;
    } catch (error) {
      if (isNotFound(error) || /is not paused/i.test(String(error))) return false;
      throw error;
    }
  });
}
