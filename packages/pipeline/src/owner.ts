import { type ProcessFacts, readProcess } from '@istio-ci/kit';

/**
 * The turbo that runs this stage, if one does. The session ends with it, because turbo has no step that
 * always runs at the end. Pure but for `read`.
 */
export function turboAbove(
  pid: number,
  read: (pid: number) => Pick<ProcessFacts, 'name' | 'parent'> | undefined = readProcess,
): number | undefined {
  let found: number | undefined;
  for (let next = pid; next > 1; ) {
    const info = read(next);
    if (!info) break;
    // The outermost one: the distribution may run a stage from its own turbo.
    if (info.name === 'turbo') found = next;
    next = info.parent;
  }
  return found;
}
