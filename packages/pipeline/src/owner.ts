import { type ProcessFacts, readProcess } from '@istio-ci/kit';

/**
 * The turbo that runs this stage, if one does: the session ends with it, because turbo itself has no step that
 * always runs at the end (style.md section 4). Pure but for `read`.
 */
export function turboAbove(
  pid: number,
  read: (pid: number) => Pick<ProcessFacts, 'name' | 'parent'> | undefined = readProcess,
): number | undefined {
  let found: number | undefined;
  for (let next = pid; next > 1; ) {
    const info = read(next);
    if (!info) break;
    // The outermost: a stage of ours may itself be run by a turbo of the distribution's own monorepo.
    if (info.name === 'turbo') found = next;
    next = info.parent;
  }
  return found;
}
