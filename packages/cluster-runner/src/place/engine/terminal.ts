import { once } from 'node:events';
import { exitCode } from '@istio-ci/image-builder';
import type Docker from 'dockerode';
import type { CommandOptions, CommandResult } from '../place.ts';

/** Runs a command in a running container on a new terminal, with these as its ends. */
export async function runOnTerminal(
  container: Docker.Container,
  argv: readonly string[],
  { stdin, stdout }: NonNullable<CommandOptions['terminal']>,
): Promise<CommandResult> {
  const exec = await container.exec({
    Cmd: [...argv],
    Tty: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Env: [`TERM=${process.env.TERM ?? 'xterm'}`],
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  // A command that has already ended has no size.
  const resize = () => exec.resize({ w: stdout.columns, h: stdout.rows }).catch(() => {});
  // From here on, Ctrl-C and other keys go to the command.
  stdin.setRawMode(true);
  stdout.on('resize', resize);
  try {
    await resize();
    stdin.pipe(stream);
    for await (const chunk of stream) if (!stdout.write(chunk)) await once(stdout, 'drain');
    return { stdout: '', stderr: '', exitCode: await exitCode(exec) };
  } finally {
    stdout.off('resize', resize);
    stdin.setRawMode(false);
    stdin.unpipe(stream).pause();
    stream.destroy();
  }
}
