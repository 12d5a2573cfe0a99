import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { forms, type Kubeconfig, kubeconfigs, textOf } from '../test/kubeconfigs.ts';
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
  it('uses one name for context, cluster and user, and leaves out the rest', () => {
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

  it('keeps comments, unknown fields and earlier content', () => {
    const merged = mergeKubeconfig(theirs, ours);
    for (const comment of ['# my clusters', '# the big one', '# careful']) expect(merged).toContain(comment);
    expect(parse(merged)).toMatchObject({ preferences: { colors: true }, apiVersion: 'v1' });
    expect(parse(merged).clusters[0]).toEqual(parse(theirs).clusters[0]);
  });

  it('replaces the entries of an earlier merge', () => {
    const newer = mergeKubeconfig(mergeKubeconfig(theirs, ours), ours.replace(':8443', ':9443'));
    expect(names(newer)[0]).toEqual(['prod', 'istio-ci-s']);
    expect(newer).toContain(':9443');
  });

  it('is the added file if there is none yet', () => {
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

  it('keeps the indentation of lists', () => {
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

  it('refuses a file that is not a kubeconfig', () => {
    expect(() => mergeKubeconfig('kind: Pod', ours)).toThrow('not a kubeconfig');
  });
});

describe('removeFromKubeconfig', () => {
  it('removes what a merge added and nothing else', () => {
    const removed = removeFromKubeconfig(mergeKubeconfig(theirs, ours), 'istio-ci-s');
    expect(removed).toBe(theirs.replace('current-context: prod', 'current-context: ""'));
  });

  it('leaves another current context alone', () => {
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

  it('returns the same text if the name is missing', () => {
    expect(removeFromKubeconfig(theirs, 'nobody')).toBe(theirs);
  });
});

describe('any kubeconfig', () => {
  const without = ({ 'current-context': _, ...rest }: Kubeconfig) => rest;

  it('has in it, after a merge, all that it had and the three things that were added', () => {
    fc.assert(
      fc.property(kubeconfigs(), forms, (value, form) => {
        const merged: Kubeconfig = parse(mergeKubeconfig(textOf(value, form), ours));
        expect(merged['current-context']).toBe('istio-ci-s');
        const added: Kubeconfig = parse(ours);
        expect(without(merged)).toEqual({
          ...without(value),
          clusters: [...value.clusters, ...added.clusters],
          users: [...value.users, ...added.users],
          contexts: [...value.contexts, ...added.contexts],
        });
      }),
    );
  });

  it('keeps its comments and, on request, its current context', () => {
    fc.assert(
      fc.property(kubeconfigs(), (value) => {
        const text = textOf(value, 'yaml with comments');
        const merged = mergeKubeconfig(text, ours, { keepContext: true });
        expect(merged.split('# kept')).toHaveLength(text.split('# kept').length);
        expect(parse(merged)['current-context']).toBe(value['current-context']);
      }),
    );
  });

  it('is as before once the merged entries are removed, except for the current context', () => {
    fc.assert(
      fc.property(kubeconfigs(), forms, (value, form) => {
        const back: Kubeconfig = parse(
          removeFromKubeconfig(mergeKubeconfig(textOf(value, form), ours), 'istio-ci-s'),
        );
        expect(back).toEqual({ ...value, 'current-context': '' });
      }),
    );
  });

  it('can be given a name, under which its current cluster and user are all that is left', () => {
    fc.assert(
      fc.property(kubeconfigs(), forms, (value, form) => {
        const named: Kubeconfig = parse(nameKubeconfig(textOf(value, form), 'n'));
        const current = value.contexts.find(({ name }) => name === value['current-context'])?.context;
        const of = (list: readonly { name: string }[], name = '') => [
          { ...list.find((entry) => entry.name === name), name: 'n' },
        ];
        expect(named.clusters).toEqual(of(value.clusters, current?.cluster));
        expect(named.users).toEqual(of(value.users, current?.user));
        expect(named.contexts).toEqual([{ name: 'n', context: { ...current, cluster: 'n', user: 'n' } }]);
      }),
    );
  });
});
