import { describe, expect, it } from 'vitest';
import type { ResolvedBinaries } from './binary-inputs.ts';
import type { ResolvedImage } from './inputs.ts';
import { planSteps, type Stock, spaceFor } from './plan.ts';

const programs = {
  set: { name: 'programs', diskMiB: 50 },
  hash: 'programs-hash',
} as ResolvedBinaries;

function image(name: string, from?: string, binaries: ResolvedBinaries[] = []): ResolvedImage {
  const spec = { name, diskMiB: 10, ...(from === undefined ? {} : { from }) };
  const added = binaries.map((set) => ({ from: set, files: [] }));
  return { spec, ref: `${name}:1`, hash: '1', args: {}, files: [], binaries: added, labels: {} };
}

const resolved = [
  image('base'),
  image('compiler', 'base'),
  image('builder', 'compiler', [programs]),
  image('cluster', 'base', [programs]),
  image('server', 'base'),
];

function plan(names: string[], images: string[] = [], binaries: string[] = []) {
  const stock: Stock = { images: new Set(images), binaries: new Set(binaries) };
  return planSteps(resolved, names, stock, 'compiler');
}

const words = (steps: ReturnType<typeof plan>) =>
  steps.map((step) => (step.do === 'build' ? step.image.spec.name : `compile ${step.binaries.set.name}`));

describe('planSteps', () => {
  it('builds everything once, each image after the one it is based on', () => {
    expect(words(plan(['cluster', 'builder', 'server']))).toEqual([
      'base',
      'compiler',
      'compile programs',
      'cluster',
      'builder',
      'server',
    ]);
  });

  it('does nothing for an image that is there, even when its base has gone', () => {
    expect(plan(['cluster'], ['cluster:1'])).toEqual([]);
  });

  it('builds an image that is there only with another tag', () => {
    expect(words(plan(['server'], ['server:0', 'base:1']))).toEqual(['server']);
  });

  it('needs no compiler when the programs are in the cache', () => {
    expect(words(plan(['cluster'], [], ['programs-hash']))).toEqual(['base', 'cluster']);
  });
});

describe('spaceFor', () => {
  it('adds up the disk space of the steps', () => {
    const mebibyte = 1024 * 1024;
    expect(spaceFor(plan(['cluster'])).engine).toBe((10 + 10 + 50 + 10) * mebibyte);
  });

  it('counts the largest of several compiles, which share their caches', () => {
    const small = { set: { name: 'small', diskMiB: 20 }, hash: 'small-hash' } as ResolvedBinaries;
    const both = [image('base'), image('compiler', 'base'), image('cluster', 'base', [programs, small])];
    const steps = planSteps(both, ['cluster'], { images: new Set(), binaries: new Set() }, 'compiler');
    expect(steps.filter((step) => step.do === 'compile')).toHaveLength(2);
    expect(spaceFor(steps).engine).toBe((10 + 10 + 50 + 10) * 1024 * 1024);
  });

  it('asks for no room in the cache when nothing is compiled', () => {
    expect(spaceFor(plan(['server'])).cache).toBe(0);
  });
});
