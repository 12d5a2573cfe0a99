import { defaultBootstrapper, sha256 } from '@istio-ci/kit';
import { sessionErrors } from '../errors.ts';
import { label } from '../labels.ts';
import type { Place, Placed, PlacedContainer, Standby } from '../place/place.ts';
import type { SessionRequest } from '../types.ts';

/** The settings that a cluster is booted with. It is handed out only for a request with the same settings. */
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

/** Only the settings of a request, as plain data. */
export function settingsOf(request: ClusterSettings): ClusterSettings {
  return Object.fromEntries(settingNames.map((name) => [name, request[name]])) as unknown as ClusterSettings;
}

/** The values of absent settings: a request that spells them out asks for the same cluster. */
const defaults: Partial<ClusterSettings> = {
  privileges: 'capabilities',
  bootstrapper: defaultBootstrapper,
  dockerTls: false,
  publishDocker: false,
  publish: true,
};

/** The same value for two requests exactly if they ask for the same cluster. Pure. */
export function poolKey(settings: ClusterSettings): string {
  const values = settingNames.map((name) => {
    const value = settings[name];
    const empty =
      value === undefined || value === defaults[name] || (Array.isArray(value) && value.length === 0);
    return empty ? null : value;
  });
  return sha256(JSON.stringify(values)).slice(0, 16);
}

/** A warm cluster of the pool. */
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

/** The warm clusters, oldest first. */
export async function listPool(place: Place): Promise<PoolEntry[]> {
  return entriesFrom(await place.list());
}

/** The warm clusters in a place's list. Pure. */
export function entriesFrom(placed: readonly Placed[]): PoolEntry[] {
  return placed
    .filter(({ labels }) => labels[label.role] === 'cluster' && label.pool in labels)
    .toSorted((a, b) => created(a).localeCompare(created(b)))
    .flatMap(({ labels, container }) => (container ? [entryFrom(labels, container)] : []));
}

function created({ labels }: Placed): string {
  return labels[label.created] ?? '';
}

function entryFrom(labels: Placed['labels'], { id, image, state }: PlacedContainer): PoolEntry {
  const leaseEnd = labels[label.leaseEnd];
  return {
    id: labels[label.id] ?? '',
    key: labels[label.pool] ?? '',
    container: id,
    image,
    leaseEndsAt: leaseEnd === undefined ? undefined : new Date(leaseEnd),
    frozen: state === 'frozen',
  };
}

/** The ability of a place to keep warm clusters. @throws {CiError} PLACE_HAS_NO_POOL */
export function requireStandby({ name, standby }: Place): Standby {
  if (standby === undefined) throw sessionErrors.placeHasNoPool(name);
  return standby;
}
