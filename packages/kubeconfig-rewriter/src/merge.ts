import { type Document, stringify } from 'yaml';
import {
  addressedCluster,
  listOf,
  namesIn,
  parseForEditing,
  parseKubeconfig,
  readIn,
  type Section,
  sections,
  writing,
} from './document.ts';

/** What a context points at. */
interface Context {
  readonly cluster: string;
  readonly user?: string;
}

interface Entry {
  readonly name: string;
  readonly context?: Context;
}

/**
 * A kubeconfig's current context, its cluster and its user under one name, so that they stay apart after a
 * merge. Everything that the context does not use is left out.
 * @throws {CiError} if the text is not a kubeconfig, or its current context does not resolve
 */
export function nameKubeconfig(text: string, name: string): string {
  const document = parseKubeconfig(text);
  const cluster = addressedCluster(document);
  const context = entryOf(document, 'contexts', String(document.get('current-context')));
  const user = entryOf(document, 'users', context?.context?.user ?? '');
  const named = (entry: Entry | undefined) => (entry === undefined ? [] : [{ ...entry, name }]);
  return stringify(
    {
      ...(document.toJS() as object),
      clusters: named(entryOf(document, 'clusters', cluster.name)),
      users: named(user),
      contexts: [{ ...context, name, context: { ...context?.context, cluster: name, user: name } }],
      'current-context': name,
    },
    writing,
  );
}

/**
 * Adds the clusters, users and contexts of one kubeconfig to another, replaces entries of the same name, and
 * makes the added current context the current one, unless `keepContext`. Everything else stays: comments,
 * order, unknown fields.
 * @param existing the user's own file; empty or undefined if there is none yet
 * @throws {CiError} if one of the two is not a kubeconfig: nothing may be written then
 */
export function mergeKubeconfig(
  existing: string | undefined,
  added: string,
  { keepContext = false }: { readonly keepContext?: boolean | undefined } = {},
): string {
  const source = parseKubeconfig(added);
  if (existing === undefined || existing.trim() === '') return added;
  const document = parseForEditing(existing);
  for (const section of sections) {
    const list = listOf(document, section);
    for (const name of namesIn(source, section)) {
      const node = document.createNode(entryOf(source, section, name));
      const position = namesIn(document, section).indexOf(name);
      if (position >= 0) list.set(position, node);
      else list.add(node);
    }
  }
  const current = source.get('current-context');
  if (current && !keepContext) document.set('current-context', current);
  return render(document, existing);
}

/**
 * Removes a context from a kubeconfig, with its cluster and user if no other context uses them. If it was the
 * current context, that is emptied. An unknown name changes nothing.
 */
export function removeFromKubeconfig(existing: string, name: string): string {
  const document = parseForEditing(existing);
  const removed = entryOf(document, 'contexts', name)?.context;
  if (!removed) return existing;
  removeEntry(document, 'contexts', name);
  const left = namesIn(document, 'contexts').map((other) => entryOf(document, 'contexts', other)?.context);
  if (!left.some((context) => context?.cluster === removed.cluster))
    removeEntry(document, 'clusters', removed.cluster);
  if (!left.some((context) => context?.user === removed.user)) removeEntry(document, 'users', removed.user);
  if (document.get('current-context') === name) document.set('current-context', '');
  return render(document, existing);
}

function entryOf(document: Document, section: Section, name: string): Entry | undefined {
  const index = namesIn(document, section).indexOf(name);
  return index < 0 ? undefined : (readIn(document, [section, index]) as Entry);
}

function removeEntry(document: Document, section: Section, name: string | undefined): void {
  const index = name === undefined ? -1 : namesIn(document, section).indexOf(name);
  if (index >= 0) document.deleteIn([section, index]);
}

/** A JSON file stays JSON, with its indentation; YAML keeps its style of lists and braces. */
function render(document: Document, old: string): string {
  if (old.trimStart().startsWith('{')) {
    const indent = /\n(\s+)"/.exec(old)?.[1] ?? '';
    return `${JSON.stringify(document.toJS(), null, indent)}\n`;
  }
  return document.toString({
    lineWidth: writing.lineWidth,
    indentSeq: /^(clusters|users|contexts):\s*\n(\s*#.*\n)*[ ]+-/m.test(old),
    flowCollectionPadding: /[{[] /.test(old),
  });
}
