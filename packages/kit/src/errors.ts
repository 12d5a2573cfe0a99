/** The exit code for each kind of error. Users meet them in `istio-ci --help`: they must not change. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  source: 3,
  fetch: 4,
  integrity: 5,
  registry: 6,
  partial: 7,
  cluster: 8,
} as const;

export type ExitKind = keyof typeof exitCodes;

/** The parts of an error: a stable code, one sentence, what to do next, and the cause. */
export interface ErrorText {
  readonly code: string;
  readonly kind: ExitKind;
  readonly message: string;
  readonly remedy: string;
  readonly cause?: unknown;
  /** Overrides the exit code of the kind, to pass on that of a child process. */
  readonly exitCode?: number;
}

/**
 * The one class for every error that a user can meet. Library code throws it; only `runProgram` catches it,
 * prints it and sets the exit code.
 */
export class CiError extends Error {
  readonly code: string;
  readonly kind: ExitKind;
  readonly remedy: string;
  readonly exitCode: number;
  /** A file with evidence that explains the error; set by the code that saved it. */
  evidence?: string;

  constructor(text: ErrorText) {
    super(text.message, text.cause === undefined ? undefined : { cause: text.cause });
    this.name = 'CiError';
    this.code = text.code;
    this.kind = text.kind;
    this.remedy = text.remedy;
    this.exitCode = text.exitCode ?? exitCodes[text.kind];
  }
}

/** The message of anything thrown, for use inside another sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The messages of an error's causes, nearest first, without causes that the message before already quotes.
 */
export function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  let last = messageOf(error);
  for (let next = causeOf(error); next !== undefined && causes.length < 8; next = causeOf(next)) {
    const message = messageOf(next);
    if (!last.includes(message)) causes.push(message);
    last = message;
  }
  return causes;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

export const kitErrors = {
  variableInvalid: (name: string, text: string) =>
    new CiError({
      code: 'VARIABLE_INVALID',
      kind: 'usage',
      message: `${name} is ${JSON.stringify(text)}, which is neither yes nor no.`,
      remedy: 'Set it to true, yes or 1, or to false, no or 0; or unset it.',
    }),

  outputFailed: (cause: unknown) =>
    new CiError({
      code: 'OUTPUT_FAILED',
      kind: 'failed',
      message: 'The output could not be written.',
      remedy: 'Make room on the disk that the output goes to.',
      cause,
    }),
};
