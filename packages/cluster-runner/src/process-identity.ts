import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * One process for ever: a pid is used again, and the same pid exists on other machines and in other containers.
 * `space` is the boot and the pid namespace in which the pid means something; `start` is in clock ticks since boot.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
  readonly space: string;
  readonly host: string;
}

/** The process that runs under this pid, or undefined where none does. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, start, space: ownSpace(), host: hostname() };
}

/** True only when the process is known to have ended: one in another space cannot be looked at. */
export function hasEnded(process: ProcessIdentity): boolean {
  return process.space === ownSpace() && startOf(process.pid) !== process.start;
}

/** As one label value: `PID START SPACE HOST`. */
export function formatIdentity({ pid, start, space, host }: ProcessIdentity): string {
  return `${pid} ${start} ${space} ${host}`;
}

export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [pid, start, space, host, ...rest] = text.split(' ');
  if (!pid || !start || !space || !host || rest.length > 0 || !/^\d+$/.test(pid)) return undefined;
  return { pid: Number(pid), start, space, host };
}

/** Field 22 of `/proc/PID/stat` (proc(5)); a zombie has ended, it only was not collected. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ['Z', 'X'].includes(fields[0] ?? '') ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

let space: string | undefined;

function ownSpace(): string {
  space ??= `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  return space;
}
