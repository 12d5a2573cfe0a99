import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * One process for ever: a pid is used again, and the same pid exists on other machines and in other
 * containers. `space` is the boot and the pid namespace in which the pid means something; `start` is in clock
 * ticks since boot.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
  readonly space: string;
  readonly host: string;
}

/** The process that runs under this pid, or undefined if none does. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const start = readProcess(pid)?.start;
  return start === undefined ? undefined : { pid, start, space: ownSpace(), host: hostname() };
}

/** True only when the process is known to have ended: one in another space cannot be looked at. */
export function hasEnded(process: ProcessIdentity): boolean {
  return process.space === ownSpace() && readProcess(process.pid)?.start !== process.start;
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

/**
 * `PID-START`, to be part of a file's name: tells a process from a later one with the same pid on this
 * machine. START is 0 if there is no /proc.
 */
export function processKey(pid: number = process.pid): string {
  return `${pid}-${readProcess(pid)?.start ?? 0}`;
}

/** True while the process with that key runs. */
export function isRunning(key: string): boolean {
  const pid = Number(key.split('-')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return processKey(pid) === key;
}

/** What the system says of a process. */
export interface ProcessFacts {
  readonly name: string;
  /** The pid of the process that it belongs to. */
  readonly parent: number;
  /** In clock ticks since boot. */
  readonly start: string;
}

/**
 * A process as `/proc/PID/stat` shows it (proc(5)); undefined if none runs, or there is no /proc. A zombie
 * has ended, only nothing has collected it yet.
 */
export function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in parentheses, and may itself hold some.
    const end = stat.lastIndexOf(')');
    const [state = '', parent, ...rest] = stat.slice(end + 2).split(' ');
    if (['Z', 'X'].includes(state)) return undefined;
    const name = stat.slice(stat.indexOf('(') + 1, end);
    return { name, parent: Number(parent), start: rest[17] ?? '' };
  } catch {
    return undefined;
  }
}

let space: string | undefined;

function ownSpace(): string {
  space ??= `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  return space;
}
