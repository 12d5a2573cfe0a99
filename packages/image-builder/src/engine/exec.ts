import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { exitCode } from './exit-code.ts';
import { demultiplex, lineSplitter, type Output, type OutputName } from './frames.ts';

export interface ExecOptions {
  /** Written to the command's stdin, which is then closed. Without it stdin is empty. */
  readonly input?: string | Buffer | Readable | undefined;
  readonly onLine?: ((line: string, from: OutputName) => void) | undefined;
  /** Get an output as it comes; it is then not kept in the result. */
  readonly onStdout?: ((data: Buffer) => unknown) | undefined;
  readonly onStderr?: ((data: Buffer) => unknown) | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs a command in a running container to its end. A non-zero exit is a result; errors of the engine are
 * thrown unchanged. An abort closes the connection and rejects with the signal's reason; the command itself
 * then ends by SIGPIPE or with its container, because the engine has no call that stops an exec.
 */
export async function execIn(
  container: Docker.Container,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const { input, env = {}, cwd, signal } = options;
  signal?.throwIfAborted();
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdin: input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(cwd === undefined ? {} : { WorkingDir: cwd }),
  });
  // Without `hijack`, closing stdin would close the whole connection.
  const stream = await exec.start(input === undefined ? {} : { hijack: true, stdin: true });
  const abort = () => stream.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const [texts] = await Promise.all([collectOutput(stream, options), feed(stream, input)]);
    signal?.throwIfAborted();
    return { ...texts, exitCode: await exitCode(exec) };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    stream.destroy();
  }
}

/**
 * Reads the output of an exec or a container to its end, as the options say, and keeps what nothing else
 * gets.
 */
export async function collectOutput(
  stream: Readable,
  { onLine, onStdout, onStderr }: Pick<ExecOptions, 'onLine' | 'onStdout' | 'onStderr'>,
): Promise<Omit<ExecResult, 'exitCode'>> {
  const kept: Record<OutputName, Buffer[]> = { stdout: [], stderr: [] };
  const receivers = { stdout: onStdout, stderr: onStderr };
  const lines = onLine ? lineSplitter(onLine) : undefined;
  const take = async (output: Output) => {
    lines?.push(output);
    const receiver = receivers[output.from];
    if (receiver) await receiver(output.data);
    else kept[output.from].push(output.data);
  };
  for await (const output of demultiplex(stream)) await take(output);
  lines?.end();
  return { stdout: Buffer.concat(kept.stdout).toString(), stderr: Buffer.concat(kept.stderr).toString() };
}

/**
 * A command that ends before it has read its input breaks the pipe; its exit code says more than that. A
 * source that fails destroys the stream, so that the command does not count as a success.
 */
async function feed(stream: Duplex, input: ExecOptions['input']): Promise<void> {
  if (input === undefined) return;
  const source = input instanceof Readable ? input : Readable.from([input]);
  try {
    await pipeline(source, stream, { end: false });
    stream.end();
  } catch {
    if (source.errored) stream.destroy(source.errored);
  }
}
