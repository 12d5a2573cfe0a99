import type { Readable } from 'node:stream';
import { demultiplex, lineSplitter } from '@istio-ci/image-builder';
import type Docker from 'dockerode';
import type { OutputTail } from '../place.ts';

/** How much of the output is kept, in characters. */
const keptLength = 256 * 1024;

/** Follows the output of a container that is not started yet, or from now on. `onLine` gets each line. */
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
