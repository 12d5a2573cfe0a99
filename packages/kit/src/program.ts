import { setImmediate } from 'node:timers/promises';
import { yesOrNo } from './environment.ts';
import { CiError, causesOf, exitCodes, kitErrors, messageOf } from './errors.ts';

/** What the body of a program gets. */
export interface ProgramContext {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. Every long operation takes it. */
  readonly signal: AbortSignal;
  /** Runs `clean` at the end of the program, however it ends; the last one registered runs first. */
  defer(clean: () => unknown): void;
}

/** A program was stopped by a signal; its exit code is 128 plus the signal's number. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;
  readonly exitCode: number;

  constructor(name: NodeJS.Signals, number: number) {
    super(`stopped by ${name}`);
    this.name = 'Interrupted';
    this.signal = name;
    this.exitCode = 128 + number;
  }
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Node ignores this signal and reports EPIPE: the reader of our output has closed the pipe (`| head -1`). */
const sigpipe = 13;

/**
 * The top of a program: the one place that catches errors, prints them and sets the exit code.
 *
 * The first signal aborts `signal`, then the body and the `defer`red cleaning run to their end. A second
 * signal ends the process at once: the session's guard, its lease and the next `gc` clean up. Output that
 * cannot be written aborts as well.
 */
export async function runProgram(
  body: (context: ProgramContext) => Promise<number | undefined>,
): Promise<void> {
  const controller = new AbortController();
  let stopping = false;
  for (const [name, number] of Object.entries(signals) as [NodeJS.Signals, number][]) {
    process.on(name, () => {
      if (stopping) process.exit(128 + number);
      stopping = true;
      controller.abort(new Interrupted(name, number));
    });
  }
  let outputFault: Error | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      outputFault ??= outputEnd(error);
      controller.abort(outputFault);
    });
  }
  const cleaning: (() => unknown)[] = [];
  let exitCode = 0;
  try {
    exitCode = (await body({ signal: controller.signal, defer: (clean) => cleaning.push(clean) })) ?? 0;
  } catch (error) {
    exitCode = report(error, controller.signal);
  }
  for (const clean of cleaning.reverse()) {
    try {
      await clean();
    } catch (error) {
      exitCode = report(error, controller.signal) || exitCode;
    }
  }
  // A failed write of the last lines is reported one turn later.
  await setImmediate();
  if (exitCode === 0 && outputFault) exitCode = report(outputFault, controller.signal);
  process.exitCode = exitCode;
}

function outputEnd(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE') return new Interrupted('SIGPIPE', sigpipe);
  return kitErrors.outputFailed(error);
}

function report(error: unknown, signal: AbortSignal): number {
  const interrupted = signal.reason instanceof Interrupted ? signal.reason : undefined;
  if (interrupted) {
    if (error !== interrupted && isVerbose()) process.stderr.write(`${describeError(error, true)}\n`);
    // SIGPIPE: the reader closed the pipe on purpose, so print nothing.
    if (interrupted.signal !== 'SIGPIPE') process.stderr.write(`istio-ci: ${interrupted.message}\n`);
    return interrupted.exitCode;
  }
  process.stderr.write(`${describeError(error, isVerbose())}\n`);
  return error instanceof CiError ? error.exitCode : exitCodes.failed;
}

/** Any unclear word counts as yes: it does no harm, and an error cannot be reported from here. */
function isVerbose(): boolean {
  const { ISTIO_CI_VERBOSE = '' } = process.env;
  return ISTIO_CI_VERBOSE !== '' && yesOrNo(ISTIO_CI_VERBOSE) !== false;
}

/** An error for people: code and sentence, causes, remedy, and the stack if `verbose`. */
export function describeError(error: unknown, verbose: boolean): string {
  const lines =
    error instanceof CiError
      ? [
          `error ${error.code}: ${error.message}`,
          ...causesOf(error).map((text) => `  because: ${text}`),
          `  remedy:  ${error.remedy}`,
          ...(error.evidence === undefined ? [] : [`  evidence: ${error.evidence}`]),
        ]
      : [
          `error: ${messageOf(error)}`,
          ...causesOf(error).map((text) => `  because: ${text}`),
          '  This is a bug in istio-ci; ISTIO_CI_VERBOSE=1 shows where.',
        ];
  if (verbose && error instanceof Error && error.stack) lines.push(error.stack);
  return lines.join('\n');
}

/** An error for machines. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  /** Nearest first. */
  readonly causes: string[];
  /** A file with evidence that explains the error. */
  readonly evidence?: string;
}

/** An error for `--json` and for records of a run. */
export function errorToJson(error: unknown): ErrorRecord {
  const { message, causes } = { message: messageOf(error), causes: causesOf(error) };
  if (!(error instanceof CiError)) return { code: 'INTERNAL', message, causes };
  const { code, remedy, evidence } = error;
  return { code, message, remedy, causes, ...(evidence === undefined ? {} : { evidence }) };
}
