import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mergeKubeconfig, nameKubeconfig, removeFromKubeconfig } from './merge.ts';

const theirs = `apiVersion: v1
kind: Config
# my clusters
clusters:
# the big one
- cluster: {server: "https://prod:6443"} # careful
  name: prod
contexts:
- context: {cluster: prod, user: me, namespace: shop}
  name: prod
current-context: prod
users:
- name: me
  user: {token: t}
preferences: {colors: true}
`;
const generated = `apiVersion: v1
kind: Config
clusters:
- {name: kubernetes, cluster: {server: "https://127.0.0.1:8443"}}
- {name: unused, cluster: {server: "https://unused"}}
contexts:
- {name: admin@kubernetes, context: {cluster: kubernetes, user: admin}}
current-context: admin@kubernetes
users:
- {name: admin, user: {client-key-data: Szk=}}
`;
const ours = nameKubeconfig(generated, 'istio-ci-s');
const names = (text: string) => {
  const { clusters, users, contexts } = parse(text);
  return [clusters, users, contexts].map((list: { name: string }[]) => list.map(({ name }) => name));
};

describe('nameKubeconfig', () => {
  it('gives context, cluster and user one name and leaves out the rest', () => {
    expect(parse(ours)).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'istio-ci-s', cluster: { server: 'https://127.0.0.1:8443' } }],
      users: [{ name: 'istio-ci-s', user: { 'client-key-data': 'Szk=' } }],
      contexts: [{ name: 'istio-ci-s', context: { cluster: 'istio-ci-s', user: 'istio-ci-s' } }],
      'current-context': 'istio-ci-s',
    });
  });
});

describe('mergeKubeconfig', () => {
  it('adds the entries and makes the added context current', () => {
    const merged = mergeKubeconfig(theirs, ours);
    expect(names(merged)).toEqual([
      ['prod', 'istio-ci-s'],
      ['me', 'istio-ci-s'],
      ['prod', 'istio-ci-s'],
    ]);
    expect(parse(merged)['current-context']).toBe('istio-ci-s');
  });

  it('keeps comments, unknown fields and what the file held', () => {
    const merged = mergeKubeconfig(theirs, ours);
    for (const comment of ['# my clusters', '# the big one', '# careful']) expect(merged).toContain(comment);
    expect(parse(merged)).toMatchObject({ preferences: { colors: true }, apiVersion: 'v1' });
    expect(parse(merged).clusters[0]).toEqual(parse(theirs).clusters[0]);
  });

  it('replaces what an earlier merge added', () => {
    const newer = mergeKubeconfig(mergeKubeconfig(theirs, ours), ours.replace(':8443', ':9443'));
    expect(names(newer)[0]).toEqual(['prod', 'istio-ci-s']);
    expect(newer).toContain(':9443');
  });

  it('takes the added file where there is none yet', () => {
    expect(mergeKubeconfig(undefined, ours)).toBe(ours);
    expect(mergeKubeconfig('\n', ours)).toBe(ours);
  });

  it('makes lists that are null or missing, as kubectl writes them for an empty file', () => {
    expect(names(mergeKubeconfig('clusters: null\nusers: []\n', ours))).toEqual(
      Array(3).fill(['istio-ci-s']),
    );
  });

  it('keeps JSON as JSON, with its indentation', () => {
    const json = JSON.stringify(parse(theirs), null, 4);
    const merged = mergeKubeconfig(json, ours);
    expect(JSON.parse(merged)).toEqual(parse(mergeKubeconfig(theirs, ours)));
    expect(merged).toContain('\n    "kind"');
  });

  it('keeps lists indented where they were', () => {
    const indented = 'clusters:\n  - name: a\n    cluster: {server: "https://a"}\n';
    expect(mergeKubeconfig(indented, ours)).toContain(indented);
  });

  it('expands aliases, so that no entry hangs on a replaced one', () => {
    const aliased = mergeKubeconfig(
      'clusters: [{name: istio-ci-s, cluster: &c {server: "https://a"}}, {name: other, cluster: *c}]',
      ours,
    );
    expect(parse(aliased).clusters[1]).toEqual({ name: 'other', cluster: { server: 'https://a' } });
  });

  it('refuses a file that is no kubeconfig', () => {
    expect(() => mergeKubeconfig('kind: Pod', ours)).toThrow('not a kubeconfig');
  });
});

describe('removeFromKubeconfig', () => {
  it('takes out what a merge added and nothing else', () => {
    const removed = removeFromKubeconfig(mergeKubeconfig(theirs, ours), 'istio-ci-s');
    expect(removed).toBe(theirs.replace('current-context: prod', 'current-context: ""'));
  });

  it('leaves the current context alone where it is another one', () => {
    const merged = mergeKubeconfig(theirs, ours).replace(
      'current-context: istio-ci-s',
      'current-context: prod',
    );
    expect(removeFromKubeconfig(merged, 'istio-ci-s')).toBe(theirs);
  });

  it('keeps a cluster that another context uses', () => {
    const both = theirs.replace(
      'contexts:\n',
      'contexts:\n- {name: second, context: {cluster: prod, user: other}}\n',
    );
    expect(names(removeFromKubeconfig(both, 'prod'))).toEqual([['prod'], [], ['second']]);
  });

  it('returns the very text where the name is not there', () => {
    expect(removeFromKubeconfig(theirs, 'nobody')).toBe(theirs);
  });
});
