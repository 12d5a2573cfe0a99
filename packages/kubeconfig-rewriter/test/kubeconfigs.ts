import fc from 'fast-check';
import { stringify } from 'yaml';
import { writing } from '../src/document.ts';

/** A kubeconfig as tests make it up: typed no further than they need. */
export interface Kubeconfig {
  readonly clusters: { name: string; cluster: { server: string } & Record<string, unknown> }[];
  readonly users: { name: string; user: Record<string, unknown> }[];
  readonly contexts: { name: string; context: { cluster: string; user: string } }[];
  readonly 'current-context': string;
}

/** Keys without those that the rewriter handles. */
const key = fc.string({ maxLength: 12 }).filter((name) => !['__proto__', 'server'].includes(name));

/** Unknown content: extensions, keys of a later kubectl. */
const unknown = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });

const user = fc.oneof(
  fc.record({ token: fc.string() }),
  fc.record({ 'client-certificate-data': fc.base64String(), 'client-key-data': fc.base64String() }),
  fc.record({
    exec: fc.record({
      apiVersion: fc.constant('client.authentication.k8s.io/v1'),
      command: fc.string({ minLength: 1 }),
      args: fc.array(fc.string(), { maxLength: 3 }),
      env: fc.oneof(fc.constant(null), fc.array(fc.record({ name: fc.string(), value: fc.string() }))),
    }),
  }),
);

/**
 * Any kubeconfig that kubectl would take: one to four of each thing, contexts that share them, one of them
 * current.
 */
export function kubeconfigs(): fc.Arbitrary<Kubeconfig> {
  const several = <T>(thing: fc.Arbitrary<T>) => fc.array(thing, { minLength: 1, maxLength: 4 });
  const named = fc.record({
    clusters: several(fc.record({ server: fc.webUrl(), extensions: fc.array(unknown, { maxLength: 2 }) })),
    users: several(user),
    contexts: several(fc.record({ cluster: fc.nat(), user: fc.nat(), namespace: fc.string() })),
    current: fc.nat(),
    preferences: unknown,
  });
  return named.map(({ clusters, users, contexts, current, preferences }) =>
    // JSON cannot hold everything (-0, a lost prototype), and kubeconfigs need none of that.
    JSON.parse(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        preferences,
        clusters: clusters.map((cluster, index) => ({ name: `c${index}`, cluster })),
        users: users.map((each, index) => ({ name: `u${index}`, user: each })),
        contexts: contexts.map((each, index) => ({
          name: `x${index}`,
          context: {
            ...each,
            cluster: `c${each.cluster % clusters.length}`,
            user: `u${each.user % users.length}`,
          },
        })),
        'current-context': `x${current % contexts.length}`,
      }),
    ),
  );
}

/** The forms in which a file can hold the same content. */
export const forms = fc.constantFrom(
  'yaml',
  'yaml with comments',
  'yaml with CRLF',
  'json',
  'json in one line',
);

/** A kubeconfig's text in one of these forms. */
export function textOf(value: Kubeconfig, form: string): string {
  if (form.startsWith('json')) return JSON.stringify(value, null, form === 'json' ? 2 : undefined);
  // No block scalar: a comment inside it would be part of it.
  const text = stringify(value, { ...writing, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
  if (form === 'yaml with CRLF') return text.replaceAll('\n', '\r\n');
  return form === 'yaml' ? text : text.replaceAll(/^/gm, '# kept\n').replace(/# kept\n$/, '');
}
