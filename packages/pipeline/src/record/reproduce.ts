import { join } from 'node:path';
import { shellQuote } from '@istio-ci/kit';
import type { RunContext } from '../context.ts';

/** The parts of a run that decide how to reproduce it. */
export type Reproducible = Pick<
  RunContext,
  'source' | 'overrides' | 'buildTag' | 'named' | 'dryRun' | 'requireRelease' | 'allowDirty'
> & { readonly distribution: Pick<RunContext['distribution'], 'name' | 'root'> };

/**
 * The commands that reproduce a run up to a stage, typed in a checkout of istio-ci: on the same commit, and
 * in a clone if the source has a remote, because a worker's workspace does not stay. Pure.
 */
export function reproduceCommands(context: Reproducible, stage: string): string[] {
  const { source, distribution, overrides, buildTag, named, dryRun, requireRelease, allowDirty } = context;
  const clone = source?.remote === undefined ? undefined : `../${distribution.name}`;
  const run = [
    ...['./istio-ci', 'run', stage],
    ...['--distribution', clone === undefined ? distribution.root : join(clone, source?.folder ?? '')],
    ...(named ? ['--build-tag', buildTag] : []),
    ...(overrides?.options ?? []),
    ...(dryRun ? ['--dry-run'] : []),
    ...(requireRelease ? ['--require-release'] : []),
    ...(allowDirty ? ['--allow-dirty'] : []),
  ];
  return [...checkOut(context, clone), typed([...(overrides?.variables ?? []), ...run])];
}

/** A tree with changes has what no commit has, so it is used in place. */
function checkOut({ source, distribution }: Reproducible, clone: string | undefined): string[] {
  if (source === undefined) return [];
  const { commit, remote, dirty } = source;
  if (clone !== undefined && remote !== undefined)
    return [typed(['git', 'clone', remote, clone]), typed(['git', '-C', clone, 'checkout', commit])];
  return dirty ? [] : [typed(['git', '-C', distribution.root, 'checkout', commit])];
}

const typed = (words: readonly string[]) => words.map(shellQuote).join(' ');
