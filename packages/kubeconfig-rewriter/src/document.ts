import { messageOf } from '@istio-ci/kit';
import { Document, isMap, isSeq, parseDocument, visit, type YAMLSeq } from 'yaml';
import { kubeconfigErrors } from './errors.ts';

/** The three lists of a kubeconfig whose entries are found by name. */
export const sections = ['clusters', 'users', 'contexts'] as const;
export type Section = (typeof sections)[number];

/**
 * How a kubeconfig is written: kubectl reads YAML 1.1, in which `yes`, `on` and `1_000` are no strings, so a
 * string like them is quoted. Long lines stay whole.
 */
export const writing = { lineWidth: 0, compat: 'yaml-1.1' } as const;

/**
 * Parses a kubeconfig and checks what every reader relies on, as kubectl does: an absent `kind` is accepted,
 * another one is not; merge keys and anchors are resolved.
 * @throws {CiError} KUBECONFIG_INVALID_YAML, KUBECONFIG_INVALID
 */
export function parseKubeconfig(text: string): Document.Parsed {
  const document = parseDocument(text, { merge: true, compat: writing.compat });
  const [error] = document.errors;
  if (error)
    throw kubeconfigErrors.invalidYaml((error.message.split('\n')[0] ?? error.message).replace(/:$/, ''));
  if (document.contents === null) throw kubeconfigErrors.notAKubeconfig('the file is empty');
  if (!isMap(document.contents)) throw kubeconfigErrors.notAKubeconfig('its top is not a map');
  const content = plainOf(document);
  const { kind } = content;
  if (kind !== undefined && kind !== 'Config')
    throw kubeconfigErrors.notAKubeconfig(`its kind is ${String(kind)}`);
  for (const section of sections) checkSection(section, content[section]);
  return document;
}

/**
 * The same, for changing its lists: a file with aliases is expanded first, so that no entry hangs on one that
 * is taken out.
 */
export function parseForEditing(text: string): Document {
  const document = parseKubeconfig(text);
  let aliases = false;
  visit(document, {
    Alias: () => {
      aliases = true;
    },
  });
  return aliases
    ? new Document(document.toJS(), { aliasDuplicateObjects: false, compat: writing.compat })
    : document;
}

/** The parser finds an alias that leads nowhere, or too many of them, only when it resolves them. */
function plainOf(document: Document): Record<string, unknown> {
  try {
    return document.toJS();
  } catch (cause) {
    throw kubeconfigErrors.invalidYaml(messageOf(cause));
  }
}

function checkSection(section: Section, list: unknown): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) throw kubeconfigErrors.notAKubeconfig(`${section} is not a list`);
  const nameless = list.findIndex((entry) => typeof entry?.name !== 'string');
  if (nameless >= 0) throw kubeconfigErrors.notAKubeconfig(`entry ${nameless + 1} of ${section} has no name`);
}

/**
 * A plain value in the document with aliases and merge keys resolved; undefined if the path does not exist.
 */
export function readIn(document: Document, path: readonly (string | number)[]): unknown {
  let value: unknown = document.toJS();
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** The names in one section, in the file's order. */
export function namesIn(document: Document, section: Section): string[] {
  const list = readIn(document, [section]);
  return Array.isArray(list) ? list.map((entry: { name: string }) => entry.name) : [];
}

/** The section's list, created if missing (`clusters: null` and a missing key are both common). */
export function listOf(document: Document, section: Section): YAMLSeq {
  const list = document.get(section);
  if (isSeq(list)) return list;
  document.set(section, document.createNode([]));
  return document.get(section) as unknown as YAMLSeq;
}

/**
 * Index and name of the cluster that a context addresses, by default the current context.
 * @throws {CiError} KUBECONFIG_NO_CONTEXT, KUBECONFIG_NO_CLUSTER
 */
export function addressedCluster(document: Document, context?: string): { index: number; name: string } {
  const chosen = context ?? (readIn(document, ['current-context']) || undefined);
  const contexts = namesIn(document, 'contexts');
  const position = typeof chosen === 'string' ? contexts.indexOf(chosen) : -1;
  if (typeof chosen !== 'string' || position < 0) {
    throw kubeconfigErrors.noContext(chosen === undefined ? undefined : String(chosen), contexts);
  }
  const name = readIn(document, ['contexts', position, 'context', 'cluster']);
  const clusters = namesIn(document, 'clusters');
  const index = typeof name === 'string' ? clusters.indexOf(name) : -1;
  if (typeof name !== 'string' || index < 0) {
    throw kubeconfigErrors.noCluster(name === undefined ? undefined : String(name), chosen, clusters);
  }
  return { index, name };
}
