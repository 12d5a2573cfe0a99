import { setImmediate } from 'node:timers/promises';
import { yesOrNo } from './environment.ts';
import { CiError, causesOf, exitCodes, messageOf } from './errors.ts';

/** What the body of a program is given. */
export interface ProgramContext {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; every long operation takes it. */
  readonly signal: AbortSignal;
  /** Runs `clean` at the end, last registered first, however the program ends. */
  defer(clean: () => unknown): void;
}

/** The end of a program by a signal: 128 and the signal's number. */
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

/** What Node ignores, and shows as EPIPE: whoever read our output has left (`| head -1`). */
const sigpipe = 13;

/**
 * The top of a program: the one place that catches, prints and sets the exit code (design.md section 5).
 *
 * A first signal aborts `signal` and lets the body and its `defer`red cleaning end; a second one ends the process
 * at once, and leaves the rest to the session's lease and the next `gc`. An output that takes nothing more aborts as well.
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
  // That the last lines could not be written shows one turn later.
  await setImmediate();
  if (exitCode === 0 && outputFault) exitCode = report(outputFault, controller.signal);
  process.exitCode = exitCode;
}

function outputEnd(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE') return new Interrupted('SIGPIPE', sigpipe);
  return new CiError({
    code: 'OUTPUT_FAILED',
    kind: 'failed',
    message: 'What was to be printed could not be written.',
    remedy: 'See that there is room where the output goes to.',
    cause: error,
  });
}

function report(error: unknown, signal: AbortSignal): number {
  const interrupted = signal.reason instanceof Interrupted ? signal.reason : undefined;
  if (interrupted) {
    if (error !== interrupted && isVerbose()) process.stderr.write(`${describeError(error, true)}\n`);
    // A reader that has what it wanted is told nothing.
    if (interrupted.signal !== 'SIGPIPE') process.stderr.write(`istio-ci: ${interrupted.message}\n`);
    return interrupted.exitCode;
  }
  process.stderr.write(`${describeError(error, isVerbose())}\n`);
  return error instanceof CiError ? error.exitCode : exitCodes.failed;
}

/** An unclear word is a yes: here it does no harm, and this is where errors end. */
function isVerbose(): boolean {
  const { ISTIO_CI_VERBOSE = '' } = process.env;
  return ISTIO_CI_VERBOSE !== '' && yesOrNo(ISTIO_CI_VERBOSE) !== false;
}

/** An error as people read it: code and sentence, causes, and what to do; the stack only when asked for. */
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
          '  This is a fault of istio-ci itself; ISTIO_CI_VERBOSE=1 shows where.',
        ];
  if (verbose && error instanceof Error && error.stack) lines.push(error.stack);
  return lines.join('\n');
}

/** An error as machines read it. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  /** Nearest first. */
  readonly causes: string[];
  /** The file in which what explains it was kept. */
  readonly evidence?: string;
}

/** An error for `--json` and for records of a run. */
export function errorToJson(error: unknown): ErrorRecord {
  const { message, causes } = { message: messageOf(error), causes: causesOf(error) };
  if (!(error instanceof CiError)) return { code: 'INTERNAL', message, causes };
  const { code, remedy, evidence } = error;
  return { code, message, remedy, causes, ...(evidence === undefined ? {} : { evidence }) };
}
