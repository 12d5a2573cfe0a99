import { describe, expect, it } from 'vitest';
import { defaultBuildTag, outPath } from './context.ts';

describe("the build's name if none is given", () => {
  it('is the same for every stage of a workspace', () => {
    const tag = defaultBuildTag({ name: 'acme', root: '/home/a/acme' });
    expect(tag).toMatch(/^acme-[0-9a-f]{8}$/);
    expect(defaultBuildTag({ name: 'acme', root: '/home/a/acme' })).toBe(tag);
  });

  it('differs for another checkout', () =>
    expect(defaultBuildTag({ name: 'acme', root: '/home/b/acme' })).not.toBe(
      defaultBuildTag({ name: 'acme', root: '/home/a/acme' }),
    ));
});

it("a run's output is in `out/` of the workspace", () =>
  expect(outPath({ distribution: { root: '/w' } as never }, 'logs', 'build.log')).toBe(
    '/w/out/logs/build.log',
  ));
