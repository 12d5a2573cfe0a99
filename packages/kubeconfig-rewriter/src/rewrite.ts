import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, type Node, parseDocument, stringify, type YAMLMap } from 'yaml';
import { addressedCluster, parseKubeconfig, readIn, writing } from './document.ts';
import { kubeconfigErrors } from './errors.ts';

export interface Rewrite {
  /** The new address of the API server. */
  readonly server?: string | undefined;
  /** The context whose cluster is changed; by default the current context. */
  readonly context?: string | undefined;
  /**
   * The name to check the server's certificate against, if the certificate does not contain the address
   * itself.
   */
  readonly tlsServerName?: string | undefined;
}

/** A replacement for a piece of the text. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Gives one cluster of a kubeconfig another address and changes nothing else: every byte outside the changed
 * fields stays, with comments, order, unknown keys and JSON form. Only if anchors or aliases tie the field to
 * another one is the whole file rewritten, with the same meaning.
 * @throws {CiError} if the text is not a kubeconfig, has no such cluster, or the new server is not a URL
 */
export function rewriteKubeconfig(text: string, rewrite: Rewrite): string {
  const document = parseKubeconfig(text);
  const cluster = addressedCluster(document, rewrite.context);
  const path = ['clusters', cluster.index, 'cluster'] as const;
  if (typeof readIn(document, [...path, 'server']) !== 'string')
    throw kubeconfigErrors.noServer(cluster.name);
  const changes: [string, string][] = [];
  if (rewrite.server !== undefined) changes.push(['server', serverUrl(rewrite.server)]);
  if (rewrite.tlsServerName !== undefined) changes.push(['tls-server-name', rewrite.tlsServerName]);

  const wanted = structuredClone(document.toJS());
  const fields = wanted.clusters[cluster.index].cluster;
  wanted.clusters[cluster.index].cluster = { ...fields, ...Object.fromEntries(changes) };

  const node = document.getIn(path);
  const spliced = isMap(node) ? applySplices(text, splices(text, node, changes)) : text;
  return means(spliced, wanted) ? spliced : stringify(wanted, writing);
}

/** Checks an API server's address and returns it unchanged. */
export function serverUrl(server: string): string {
  const url = parseUrl(server);
  if (!['http:', 'https:'].includes(url.protocol) || url.hostname === '' || /[\s"\\]/.test(server)) {
    throw kubeconfigErrors.badServer(server);
  }
  return server;
}

function parseUrl(server: string): URL {
  try {
    return new URL(server);
  } catch (cause) {
    throw kubeconfigErrors.badServer(server, cause);
  }
}

function splices(text: string, map: YAMLMap, changes: readonly [string, string][]): Splice[] {
  return changes.flatMap(([key, value]) => {
    const range = valueRange(map, key);
    if (range) return [{ from: range[0], to: range[1], text: inStyleOf(text.slice(...range), value) }];
    return insertion(text, map, key, value);
  });
}

/** The range of a key's value in the text; undefined if there is no such key. */
function valueRange(map: YAMLMap, key: string): [number, number] | undefined {
  const value = map.items.find((pair) => keyOf(pair.key) === key)?.value as Node | null | undefined;
  if (!value?.range || !(isScalar(value) || isAlias(value))) return undefined;
  return [value.range[0], value.range[1]];
}

/**
 * A new key before `server`: on a line of its own in a block map, with a comma in a flow map (JSON is one).
 */
function insertion(text: string, map: YAMLMap, key: string, value: string): Splice[] {
  const server = map.items.find((pair) => keyOf(pair.key) === 'server')?.key as Node | undefined;
  if (!server?.range) return [];
  const [from] = server.range;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const newline = text[lineStart - 2] === '\r' ? '\r\n' : '\n';
  const quoted = JSON.stringify(value);
  const added = map.flow
    ? `${JSON.stringify(key)}: ${quoted}, `
    : `${key}: ${inStyleOf('', value)}${newline}${' '.repeat(from - lineStart)}`;
  return [{ from, to: from, text: added }];
}

function keyOf(key: unknown): unknown {
  return isScalar(key) ? key.value : key;
}

/** Unquoted if the old value was unquoted and the new one never needs quotes; otherwise in double quotes. */
function inStyleOf(old: string, value: string): string {
  const plain = !/^['"]/.test(old) && /^[\w./-][\w.:/-]*[\w./-]$/.test(value);
  return plain ? value : JSON.stringify(value);
}

function applySplices(text: string, list: readonly Splice[]): string {
  return list
    .toSorted((a, b) => b.from - a.from)
    .reduce((done, splice) => done.slice(0, splice.from) + splice.text + done.slice(splice.to), text);
}

function means(text: string, wanted: unknown): boolean {
  const document = parseDocument(text, { merge: true });
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}
