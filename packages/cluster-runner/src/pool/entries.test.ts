import { describe, expect, it } from 'vitest';
import { poolKey } from './entries.ts';

const image = 'node:1';

describe('poolKey', () => {
  it('is the same whether a default was said or not, as run says them all and pool fill none', () => {
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
