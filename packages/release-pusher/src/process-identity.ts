import { readFileSync } from 'node:fs';

/**
 * A process as it can be told from a later one with the same pid: `<pid>-<start time>`, the start time in clock
 * ticks since boot (field 22 of /proc/PID/stat; 0 where there is no /proc).
 */
export function processIdentity(pid: number = process.pid): string {
  return `${pid}-${startTime(pid) ?? 0}`;
}

/** True while the process that `identity` names runs. */
export function isRunning(identity: string): boolean {
  const pid = Number(identity.split('-')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return processIdentity(pid) === identity;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
