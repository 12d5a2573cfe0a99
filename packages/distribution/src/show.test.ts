import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDistribution, type Sources } from './distribution.ts';
import { overridesAsTyped, settings } from './settings.ts';
import { configRows, originInWords } from './show.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-distribution-'));
});
afterEach(() => rm(root, { recursive: true }));

const yaml = ['profile: modern', 'hubs: [in-file/acme]', 'cluster:', '  leaseMinutes: 30', ''].join('\n');

/** Value and origin of a key, as `config show` prints them. */
async function shown(key: string, sources: Sources, text = yaml) {
  await writeFile(join(root, 'istio-ci.yaml'), text);
  const rows = await configRows(root, { environment: {}, ...sources });
  const row = rows.find((one) => one.key === key);
  return row && [row.value, originInWords(row.origin, 'istio-ci.yaml')];
}

describe('config show', () => {
  it('names the line of a value from the file', async () => {
    expect(await shown('cluster.leaseMinutes', {})).toEqual([30, 'istio-ci.yaml:4']);
  });

  it('distinguishes a default from a value of the profile', async () => {
    expect(await shown('cluster.bootstrapper', {})).toEqual(['native', 'default']);
    expect(await shown('envoy.deps', {})).toEqual(['istio.deps', 'profile modern']);
  });

  it('shows what a profile sets for the stages: GOPATH and their variables', async () => {
    expect(await shown('gopath', {})).toEqual([false, 'profile modern']);
    expect(await shown('variables.BUILD_WITH_CONTAINER', {})).toEqual(['0', 'profile modern']);
  });

  it('names the variable that overrides a value, and the option that overrides the variable', async () => {
    const environment = { ISTIO_CI_HUB: 'a.example.com/acme, b.example.com/acme' };
    expect(await shown('hubs', { environment })).toEqual([
      ['a.example.com/acme', 'b.example.com/acme'],
      'ISTIO_CI_HUB',
    ]);
    expect(await shown('hubs', { environment, flags: { hub: ['c/acme'] } })).toEqual([['c/acme'], '--hub']);
  });

  it('lets a run have another Kubernetes than the file says', async () => {
    const environment = { ISTIO_CI_KUBERNETES: '1.36' };
    expect(await shown('cluster.kubernetes', { environment })).toEqual(['1.36', 'ISTIO_CI_KUBERNETES']);
    const flags = { kubernetes: '1.35' };
    expect(await shown('cluster.kubernetes', { environment, flags })).toEqual(['1.35', '--kubernetes']);
  });

  it('treats an empty variable, such as a Jenkins parameter left empty, as unset', async () => {
    expect(await shown('hubs', { environment: { ISTIO_CI_HUB: '' } })).toEqual([
      ['in-file/acme'],
      'istio-ci.yaml:2',
    ]);
  });

  it('shows what a directory without a file would use', async () => {
    await writeFile(join(root, 'istio.deps'), '[]');
    const rows = await configRows(root, { environment: {} });
    expect(rows.find(({ key }) => key === 'profile')).toMatchObject({
      value: 'modern',
      origin: { kind: 'default' },
    });
  });
});

describe('an override', () => {
  const environment = { ISTIO_CI_KUBERNETES: '1.36', ISTIO_CI_BOOTSTRAPPER: 'minikube' };
  const load = async (text: string) => {
    await writeFile(join(root, 'istio-ci.yaml'), text);
    return loadDistribution(root, { environment });
  };

  it.each([
    ['nothing is filled in', 'cluster:\n'],
    ['the key is missing', 'profile: modern\n'],
    ['the values come from an alias', 'push: &it {}\ncluster: *it\n'],
  ])('counts where %s', async (_, text) => {
    const config = await load(text).catch(String);
    expect(config).toMatchObject({ cluster: { kubernetes: '1.36', bootstrapper: 'minikube' } });
  });

  it.each(['5', '[a]', "'1.36'"])("reports the file's own fault if cluster is %s", async (value) => {
    await expect(load(`hubs: []\ncluster: ${value}\n`)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('line 2: cluster: must be keys with values'),
    });
  });

  it('is held to the same schema, and its fault names the variable', async () => {
    await writeFile(join(root, 'istio-ci.yaml'), yaml);
    const environment = { ISTIO_CI_HUB: 'fine/acme NOT:A:HUB', ISTIO_CI_FROM_POOL: 'maybe' };
    const error = await loadDistribution(root, { environment }).catch(String);
    expect(error).toContain('What was asked for has 2 faults: ');
    expect(error).toContain('ISTIO_CI_HUB: hubs.1: must be like registry.example.com/team');
    expect(error).toContain('ISTIO_CI_FROM_POOL: cluster.fromPool: must be true or false');
  });
});

describe('the values from outside, typed again', () => {
  it('are options, or a variable if there is no option for it', () => {
    const environment = {
      ISTIO_CI_HUB: 'a.example.com/x b/y',
      ISTIO_CI_DOCKER_TLS: 'no',
      ISTIO_CI_FROM_POOL: '1',
    };
    expect(overridesAsTyped({ kubernetes: '1.36', bootstrapper: 'minikube' }, environment)).toEqual({
      variables: ['ISTIO_CI_DOCKER_TLS=false'],
      options: [
        ...['--hub', 'a.example.com/x', 'b/y', '--from-pool'],
        ...['--kubernetes', '1.36', '--bootstrapper', 'minikube'],
      ],
    });
  });
});

describe('the values from outside, in the docs', () => {
  it('are all in the table of docs/distribution.md: option, variable and key', async () => {
    const page = await readFile(join(repositoryRoot, 'docs/distribution.md'), 'utf8');
    for (const { option, variable, path } of settings) {
      const row = new RegExp(`^\\| \`${option}\\b.*\`${variable}\` +\\| \`${path.join('.')}\` `, 'm');
      expect(page).toMatch(row);
    }
  });
});
