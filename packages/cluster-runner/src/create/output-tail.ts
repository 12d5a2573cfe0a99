import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { demultiplex, lineSplitter } from '../engine/frames.ts';

/** How much of the output is kept, in characters. */
const keptLength = 256 * 1024;

export interface OutputTail {
  /** The last of what the container printed. */
  text(): string;
  /** Resolves when the container has ended, or the connection to its output has. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * Follows a container's output from before its start: a container that removes itself takes its log with it, and
 * the log is what tells why it ended. `onLine` gets each line as it comes.
 */
export async function tailOutput(
  container: Docker.Container,
  onLine: (line: string) => void = () => {},
): Promise<OutputTail> {
  const stream = (await container.attach({
    stream: true,
    stdout: true,
    stderr: true,
  })) as unknown as Readable;
  let kept = '';
  const lines = lineSplitter((line) => {
    kept = `${kept}${line}\n`.slice(-keptLength);
    onLine(line);
  });
  const read = async () => {
    for await (const output of demultiplex(stream)) lines.push(output);
    lines.end();
  };
  return {
    text: () => kept,
    ended: read().catch(() => {}),
    stop: () => stream.destroy(),
  };
}
