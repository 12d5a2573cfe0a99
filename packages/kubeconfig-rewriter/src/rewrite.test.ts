import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { forms, kubeconfigs, textOf } from '../test/kubeconfigs.ts';
import { rewriteKubeconfig } from './rewrite.ts';

const config = `apiVersion: v1
kind: Config
# two clusters, one of them ours
clusters:
- name: ours   # made by CI
  cluster:
    certificate-authority-data: QUJD
    server: https://127.0.0.1:8443 # published
    x-unknown: {kept: [yes, no]}
- name: prod
  cluster: {server: "https://prod.example:6443"}
contexts:
- {name: a, context: {cluster: ours, user: u}}
- {name: b, context: {cluster: prod, user: u}}
current-context: a
users:
- name: u
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: get-token}
`;

const refusal = (text: string, rewrite = { server: 'https://k:1' }) => {
  try {
    rewriteKubeconfig(text, rewrite);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('rewriteKubeconfig', () => {
  it('changes the server of the current context and not one other byte', () => {
    expect(rewriteKubeconfig(config, { server: 'https://kubernetes:8443' })).toBe(
      config.replace('https://127.0.0.1:8443', 'https://kubernetes:8443'),
    );
  });

  it('changes the cluster of the context that is asked for', () => {
    expect(rewriteKubeconfig(config, { server: 'https://k:1', context: 'b' })).toBe(
      config.replace('https://prod.example:6443', 'https://k:1'),
    );
  });

  it('adds a TLS server name beside the server', () => {
    const text = rewriteKubeconfig(config, { tlsServerName: 'kubernetes' });
    expect(text).toBe(
      config.replace('    server: https://127', '    tls-server-name: kubernetes\n    server: https://127'),
    );
  });

  it('adds a TLS server name inside braces', () => {
    const text = rewriteKubeconfig(config, { context: 'b', tlsServerName: 'kubernetes' });
    expect(text).toContain('{"tls-server-name": "kubernetes", server: "https://prod.example:6443"}');
    expect(parse(text).clusters[1].cluster['tls-server-name']).toBe('kubernetes');
  });

  it('replaces a TLS server name that is there', () => {
    const old = config.replace('x-unknown: {kept: [yes, no]}', 'tls-server-name: old');
    const text = rewriteKubeconfig(old, { server: 'https://k:1', tlsServerName: 'new' });
    expect(text).toBe(old.replace('https://127.0.0.1:8443', 'https://k:1').replace('old', 'new'));
  });

  it('keeps Windows line ends', () => {
    const windows = config.replaceAll('\n', '\r\n');
    const text = rewriteKubeconfig(windows, { server: 'https://k:1', tlsServerName: 'n' });
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('keeps JSON as JSON', () => {
    const json = JSON.stringify(parse(config), null, 2);
    const text = rewriteKubeconfig(json, { server: 'https://[::1]:8443', tlsServerName: 'kubernetes' });
    expect(JSON.parse(text).clusters[0].cluster).toMatchObject({
      server: 'https://[::1]:8443',
      'tls-server-name': 'kubernetes',
    });
  });

  it('takes an IPv6 address in braces without quotes', () => {
    const flow = config.replace(
      '{server: "https://prod.example:6443"}',
      '{server: https://prod.example:6443}',
    );
    const text = rewriteKubeconfig(flow, { server: 'https://[fd00::2]:8443', context: 'b' });
    expect(parse(text).clusters[1].cluster).toEqual({ server: 'https://[fd00::2]:8443' });
  });

  it('takes a server written as a folded block', () => {
    const folded = config.replace('https://127.0.0.1:8443 # published', '>-\n      https://127.0.0.1:8443');
    const text = rewriteKubeconfig(folded, { server: 'https://k:1' });
    expect(parse(text).clusters[0].cluster).toEqual({
      ...parse(config).clusters[0].cluster,
      server: 'https://k:1',
    });
  });

  it('leaves another cluster alone that shares the address by an alias', () => {
    const shared = config
      .replace('server: https://127.0.0.1:8443', 'server: &address https://127.0.0.1:8443')
      .replace('{server: "https://prod.example:6443"}', '{server: *address}');
    const text = rewriteKubeconfig(shared, { server: 'https://k:1' });
    expect(
      parse(text).clusters.map((entry: { cluster: { server: string } }) => entry.cluster.server),
    ).toEqual(['https://k:1', 'https://127.0.0.1:8443']);
  });

  it('replaces a server that is an alias', () => {
    const aliased = `x-address: &address https://old:1\n${config.replace('https://127.0.0.1:8443', '*address')}`;
    const text = rewriteKubeconfig(aliased, { server: 'https://k:1' });
    expect(parse(text)['x-address']).toBe('https://old:1');
    expect(parse(text).clusters[0].cluster.server).toBe('https://k:1');
  });

  it('takes a server that comes by a merge key', () => {
    const merged = config.replace('{server: "https://prod.example:6443"}', '{<<: *base}');
    const text = `x-base: &base {server: https://base:1}\n${merged}`;
    const result = rewriteKubeconfig(text, { server: 'https://k:1', context: 'b' });
    expect(parse(result, { merge: true }).clusters[1].cluster).toEqual({ server: 'https://k:1' });
  });

  it('changes nothing but the address of one cluster in any kubeconfig', () => {
    fc.assert(
      fc.property(kubeconfigs(), forms, fc.nat(), fc.webUrl(), (value, form, pick, server) => {
        const { name, context } = value.contexts[pick % value.contexts.length] ?? fail();
        const text = textOf(value, form);
        const result = rewriteKubeconfig(text, { server, context: name });
        const wanted = structuredClone(value);
        for (const entry of wanted.clusters)
          if (entry.name === context.cluster) entry.cluster.server = server;
        expect(parse(result)).toEqual(wanted);
        expect(changedLines(text, result).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has the original back after a second rewriting with the old address', () => {
    fc.assert(
      fc.property(kubeconfigs(), forms, fc.webUrl(), (value, form, server) => {
        const text = textOf(value, form);
        const current = value.contexts.find(({ name }) => name === value['current-context']) ?? fail();
        const cluster = value.clusters.find(({ name }) => name === current.context.cluster) ?? fail();
        const there = rewriteKubeconfig(text, { server });
        expect(rewriteKubeconfig(there, { server: cluster.cluster.server })).toBe(text);
      }),
    );
  });
});

describe('rewriteKubeconfig refuses', () => {
  it.each([
    ['an empty file', '', 'KUBECONFIG_INVALID', 'the file is empty'],
    ['a text', 'hello', 'KUBECONFIG_INVALID', 'its top is not a map'],
    ['another kind', 'kind: Pod', 'KUBECONFIG_INVALID', 'its kind is Pod'],
    ['clusters that are no list', 'clusters: {}', 'KUBECONFIG_INVALID', 'clusters is not a list'],
    [
      'a cluster without name',
      'clusters: [{cluster: {}}]',
      'KUBECONFIG_INVALID',
      'entry 1 of clusters has no name',
    ],
    ['text that is no YAML', 'a: [', 'KUBECONFIG_INVALID_YAML', 'line 1, column 5'],
    ['two documents', 'a: 1\n---\nb: 1', 'KUBECONFIG_INVALID_YAML', 'multiple documents'],
    ['an alias that leads nowhere', 'a: *b', 'KUBECONFIG_INVALID_YAML', 'b'],
    [
      'no current context',
      config.replace('current-context: a', ''),
      'KUBECONFIG_NO_CONTEXT',
      'no current-context',
    ],
    [
      'an empty current context',
      config.replace('text: a', 'text: ""'),
      'KUBECONFIG_NO_CONTEXT',
      'no current-context',
    ],
    [
      'a context that is not there',
      config.replace('text: a', 'text: z'),
      'KUBECONFIG_NO_CONTEXT',
      'no context z',
    ],
    [
      'a cluster that is not there',
      config.replace('cluster: ours,', 'cluster: z,'),
      'KUBECONFIG_NO_CLUSTER',
      'cluster z',
    ],
    [
      'a context without cluster',
      config.replace('cluster: ours,', ''),
      'KUBECONFIG_NO_CLUSTER',
      'names no cluster',
    ],
    ['a cluster without server', config.replace('    server:', '    s:'), 'KUBECONFIG_NO_SERVER', 'ours'],
  ])('%s', (_, text, code, part) => {
    expect(refusal(text)).toMatchObject({ code, kind: 'usage', message: expect.stringContaining(part) });
  });

  it.each([
    'kubernetes:8443',
    '',
    'ftp://k',
    'https://',
    'https://k:99999',
    'https://fd00::2:8443',
    'https://k/ x',
  ])('the address %j', (server) => {
    expect(refusal(config, { server })).toMatchObject({ code: 'KUBECONFIG_BAD_SERVER' });
  });
});

function fail(): never {
  throw new Error('the test made a kubeconfig that is none');
}

/** The lines that differ; both texts have as many. */
function changedLines(before: string, after: string): string[] {
  const old = before.split('\n');
  const lines = after.split('\n');
  expect(lines).toHaveLength(old.length);
  return lines.filter((line, index) => line !== old[index]);
}

describe('a file that has to be rewritten as a whole', () => {
  it('keeps every string a string for kubectl, which reads YAML 1.1', () => {
    const words = { token: 'yes', password: 'on', username: '1_000', note: '0o7', time: '12:30:45' };
    const aliased = `
clusters:
  - { name: one, cluster: { server: &there "https://old:1" } }
  - { name: two, cluster: { server: *there } }
users: [{ name: u, user: ${JSON.stringify(words)} }]
contexts: [{ name: x, context: { cluster: two, user: u } }]
current-context: x
`;
    const text = rewriteKubeconfig(aliased, { server: 'https://new:2' });
    const read = parse(text, { version: '1.1' });
    expect(read.users[0].user).toEqual(words);
    expect(read.clusters.map(({ cluster }: { cluster: { server: string } }) => cluster.server)).toEqual([
      'https://old:1',
      'https://new:2',
    ]);
  });
});
