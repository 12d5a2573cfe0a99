import { once } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';
import type Docker from 'dockerode';
import { execIn, exitCodeOf } from './exec.ts';

/** Where a person, or a pipe, is: usually the process itself. */
export type Console = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/**
 * Runs a command in a running container as if it ran here: with our stdin, stdout and stderr, and on a terminal of its
 * own where both ends of ours are one. @returns its exit code
 */
export async function execAttached(
  engine: Docker,
  container: string,
  command: readonly string[],
  { stdin, stdout, stderr }: Console,
  signal?: AbortSignal,
): Promise<number> {
  if (stdin.isTTY && stdout.isTTY) return onTerminal(engine, container, command, { stdin, stdout });
  const { exitCode } = await execIn(engine, container, command, {
    input: stdin,
    onStdout: (data) => written(stdout, data),
    onStderr: (data) => written(stderr, data),
    signal,
  });
  return exitCode;
}

async function onTerminal(
  engine: Docker,
  container: string,
  command: readonly string[],
  { stdin, stdout }: { readonly stdin: ReadStream; readonly stdout: WriteStream },
): Promise<number> {
  const exec = await engine.getContainer(container).exec({
    Cmd: [...command],
    Tty: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Env: [`TERM=${process.env.TERM ?? 'xterm'}`],
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  // A command that has already ended has no size.
  const resize = () => exec.resize({ w: stdout.columns, h: stdout.rows }).catch(() => {});
  // Ctrl-C and the rest are the command's own from here on.
  stdin.setRawMode(true);
  stdout.on('resize', resize);
  try {
    await resize();
    stdin.pipe(stream);
    for await (const chunk of stream) await written(stdout, chunk as Buffer);
    return await exitCodeOf(exec);
  } finally {
    stdout.off('resize', resize);
    stdin.setRawMode(false);
    stdin.unpipe(stream).pause();
    stream.destroy();
  }
}

async function written(to: NodeJS.WritableStream, data: Buffer): Promise<void> {
  if (!to.write(data)) await once(to, 'drain');
}
