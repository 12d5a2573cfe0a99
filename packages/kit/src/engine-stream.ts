import type { Readable } from 'node:stream';
import { messageOf } from './errors.ts';

/** One line of the engine's JSON stream for build, push, pull and load. */
export interface EngineMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly id?: string;
  readonly aux?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
}

/** An error that the engine reported inside a stream, after it had answered 200 OK. */
export class EngineStreamError extends Error {
  /** The exit code of a failed build step, if the engine reported it. */
  readonly stepExitCode: number | undefined;

  constructor(message: string, stepExitCode?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EngineStreamError';
    this.stepExitCode = stepExitCode;
  }
}

/**
 * Reads the engine's stream to its end and returns all messages.
 *
 * The engine's client library reports success after an `{"error": …}` line, a connection that was cut, or an
 * unterminated last line (docker-modem#146).
 * @throws {EngineStreamError} on a reported error, a line that is not JSON, or a stream that was cut
 */
export async function followEngineStream(
  stream: Readable | NodeJS.ReadableStream,
  onMessage: (message: EngineMessage) => void = () => {},
): Promise<EngineMessage[]> {
  const messages: EngineMessage[] = [];
  let failure: EngineStreamError | undefined;
  const take = (line: string) => {
    if (line.trim() === '') return;
    const message = parseMessage(line);
    if (message instanceof EngineStreamError) {
      failure ??= message;
      return;
    }
    messages.push(message);
    onMessage(message);
    failure ??= reportedError(message);
  };
  let rest = '';
  try {
    for await (const chunk of (stream as Readable).setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
    }
  } catch (cause) {
    failure ??= new EngineStreamError(`The engine's answer was cut: ${messageOf(cause)}`, undefined, cause);
  }
  take(rest);
  if (failure) throw failure;
  return messages;
}

function parseMessage(line: string): EngineMessage | EngineStreamError {
  try {
    return JSON.parse(line) as EngineMessage;
  } catch (cause) {
    return new EngineStreamError(`The engine's answer is no JSON: ${line.slice(0, 200)}`, undefined, cause);
  }
}

function reportedError(message: EngineMessage): EngineStreamError | undefined {
  const text = message.errorDetail?.message ?? message.error;
  return text === undefined ? undefined : new EngineStreamError(text.trim(), message.errorDetail?.code);
}
