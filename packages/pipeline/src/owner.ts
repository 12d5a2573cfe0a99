import { readFileSync } from 'node:fs';

interface ProcessInfo {
  readonly name: string;
  readonly parent: number;
}

/**
 * The turbo that runs this stage, if one does: the session ends with it, because turbo itself has no step that
 * always runs at the end (style.md section 4). Pure but for `read`.
 */
export function turboAbove(
  pid: number,
  read: (pid: number) => ProcessInfo | undefined = readProcess,
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

/** From `/proc`, where there is one; the name is in parentheses and may itself hold some. */
function readProcess(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return {
      name: stat.slice(stat.indexOf('(') + 1, end),
      parent: Number(stat.slice(end + 2).split(' ')[1]),
    };
  } catch {
    return undefined;
  }
}
