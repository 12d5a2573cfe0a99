/** What a process of ours exits with; design.md section 5. */
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

/** All that one error says: a stable code, one sentence, what to do next, and why it came to this. */
export interface ErrorText {
  readonly code: string;
  readonly kind: ExitKind;
  readonly message: string;
  readonly remedy: string;
  readonly cause?: unknown;
  /** Overrides the kind's exit code: for a child whose own exit must show. */
  readonly exitCode?: number;
}

/**
 * The one class for everything a user can meet. Library code throws it; only the top of a program catches it,
 * prints it and sets the exit code.
 */
export class CiError extends Error {
  readonly code: string;
  readonly kind: ExitKind;
  readonly remedy: string;
  readonly exitCode: number;
  /** The file in which what explains it was kept, set by who kept it. */
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

/** The messages of an error's causes, nearest first; a cause that repeats the sentence before it is left out. */
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
