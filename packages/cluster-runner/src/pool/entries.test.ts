import { describe, expect, it } from 'vitest';
import { labelsFor } from '../labels.ts';
import type { Place, Placed, PlacedContainer } from '../place/place.ts';
import { entriesFrom, poolKey, requireStandby } from './entries.ts';

const image = 'node:1';

describe('poolKey', () => {
  it('is the same for an explicit and an implicit default: run sets them all, pool fill none', () => {
    const said = {
      image,
      privileges: 'capabilities',
      bootstrapper: 'native',
      certSans: [],
      images: [],
      dockerTls: false,
      publishDocker: undefined,
      publish: true,
    } as const;
    expect(poolKey(said)).toBe(poolKey({ image }));
  });

  it.each([
    { dockerTls: true },
    { publishDocker: true },
    { publish: false },
    { privileges: 'privileged' },
    { certSans: ['ci.example'] },
  ] as const)('is another one for %o', (setting) => {
    expect(poolKey({ image, ...setting })).not.toBe(poolKey({ image }));
  });
});

describe('entriesFrom', () => {
  const cluster = (
    id: string,
    hour: number,
    more: { pool?: string; state?: PlacedContainer['state'] } = {},
  ) => {
    const { pool = 'key', state = 'frozen' } = more;
    const createdAt = new Date(Date.UTC(2026, 10, 23, hour));
    const labels = labelsFor({ name: `pool-${id}`, id, creator: '1 2 b h', createdAt, pool }, 'cluster');
    const address = { host: '127.0.0.1', local: true };
    return { labels, container: { id: `c-${id}`, image, state, network: 'n', ports: {}, ...address } };
  };

  it('has the warm clusters, oldest first, and knows which still boot', () => {
    const entries = entriesFrom([cluster('b', 13, { state: 'running' }), cluster('a', 12)]);
    expect(entries).toMatchObject([
      { id: 'a', key: 'key', container: 'c-a', frozen: true },
      { id: 'b', key: 'key', container: 'c-b', frozen: false },
    ]);
  });

  it('leaves out sessions, and what else belongs to a warm cluster', () => {
    const session: Placed = {
      labels: { 'dev.istio-ci.role': 'cluster' },
      container: cluster('s', 1).container,
    };
    const network: Placed = { labels: { ...cluster('a', 12).labels, 'dev.istio-ci.role': 'network' } };
    expect(entriesFrom([session, network])).toEqual([]);
  });
});

describe('requireStandby', () => {
  it('says that a place cannot keep warm clusters', () => {
    expect(() => requireStandby({ name: 'engine' } as Place)).toThrow(
      expect.objectContaining({ code: 'PLACE_HAS_NO_POOL', exitCode: 2 }),
    );
  });
});
