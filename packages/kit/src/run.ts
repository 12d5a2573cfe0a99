import type { WriteStream } from 'node:fs';
import { $ } from 'zx/core';
import { childEnv } from './environment.ts';
import { onLines } from './lines.ts';

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the child; by default the common variables of `childEnv()`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the child's stdin, which is then closed. By default stdin is empty. */
  readonly input?: string | undefined;
  /** Milliseconds until the child is stopped and the call fails with `timedOut`. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of stdout and stderr as it arrives. */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
  /** A stream that also gets all output, in the order it arrives. */
  readonly log?: WriteStream | undefined;
  /** Exit codes that are accepted; by default only 0. */
  readonly okCodes?: readonly number[];
  /** Open file descriptors that the child gets as 3, 4, and so on. */
  readonly descriptors?: readonly number[];
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly seconds: number;
}

/** A child process could not be started, failed, was stopped, or took too long. */
export class CommandError extends Error {
  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;

  constructor(
    command: readonly string[],
    result: { exitCode: number | null; stdout: string; stderr: string; timedOut?: boolean; reason?: string },
  ) {
    const last = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-3).join(' | ');
    const what = result.reason ?? (result.timedOut ? 'took too long' : `exited ${result.exitCode}`);
    super(`${command.join(' ')}: ${what}${last === '' ? '' : `: ${last}`}`);
    this.name = 'CommandError';
    this.command = command;
    this.exitCode = result.exitCode;
    this.stdout = result.stdout;
    this.stderr = result.stderr;
    this.timedOut = result.timedOut ?? false;
  }
}

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const graceMs = 5000;

/**
 * Runs a program to its end. Its arguments pass through no shell.
 *
 * zx spawns the child. It would mix stdout with stderr, leave stdin open, wait for a child that ignores
 * SIGTERM, and not report a timeout as such: this function adds all four. The child leads its own process
 * group, so that everything it started is stopped with it.
 * @throws {CommandError} on any end but an accepted exit code; the abort reason if `signal` stopped it
 */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const started = performance.now();
  const child = $({
    nothrow: true,
    quiet: true,
    detached: true,
    env: options.env ?? childEnv(),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(options.descriptors ?? [])],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input }),
  })`${command}`;
  // zx starts the child synchronously: its streams exist, and no byte is lost before the listeners are
  // attached.
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (options.log) stream.on('data', (chunk: Buffer) => options.log?.write(chunk));
    if (options.onLine) onLines(stream, (line) => options.onLine?.(line, name));
  }
  using stop = stopOn(() => child.pid, options);
  const result = await child;
  const seconds = (performance.now() - started) / 1000;
  if (stop.reason() === 'aborted') throw options.signal?.reason;
  const { stdout, stderr, exitCode } = result;
  if (stop.reason() === 'timeout')
    throw new CommandError(command, { stdout, stderr, exitCode, timedOut: true });
  if (exitCode === null || !(options.okCodes ?? [0]).includes(exitCode)) {
    const reason = result.signal ? `ended by ${result.signal}` : undefined;
    throw new CommandError(command, {
      stdout,
      stderr,
      exitCode,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  return { stdout, stderr, exitCode, seconds };
}

/**
 * Stops the child's process group on abort or timeout: with SIGTERM, and with SIGKILL after the grace time.
 */
function stopOn(pid: () => number | undefined, { signal, timeoutMs }: RunOptions) {
  let why: 'aborted' | 'timeout' | undefined;
  const timers: NodeJS.Timeout[] = [];
  const stop = (reason: 'aborted' | 'timeout') => {
    why ??= reason;
    killGroup(pid(), 'SIGTERM');
    timers.push(setTimeout(() => killGroup(pid(), 'SIGKILL'), graceMs));
  };
  const onAbort = () => stop('aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (timeoutMs !== undefined) timers.push(setTimeout(() => stop('timeout'), timeoutMs));
  return {
    reason: () => why,
    [Symbol.dispose]: () => {
      signal?.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has already ended.
  }
}
