import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';

/** All packages in the order of the data: a package may only import those before it. */
const order = [
  'kit',
  'distribution',
  'registry',
  'image-builder',
  'registry',
  'cluster-runner',
  'kubeconfig-rewriter',
  'envoy-fetcher',
  'release-pusher',
  'report',
  'pipeline',
  'scripts',
  'cli',
  'tools',
  'test',
];

describe('packages', () => {
  it('are all in the order', async () => {
    const folders = await readdir(join(repositoryRoot, 'packages'));
    const known = [...order, 'vitest-config'];
    expect(folders.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(order)('%s imports no package after it', async (name) => {
    const folder = ['scripts', 'tools', 'test'].includes(name) ? name : `packages/${name}`;
    const text = await readFile(join(repositoryRoot, folder, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    const later = order.slice(order.indexOf(name)).map((other) => `@istio-ci/${other}`);
    expect(Object.keys(dependencies).filter((dependency) => later.includes(dependency))).toEqual([]);
  });
});
