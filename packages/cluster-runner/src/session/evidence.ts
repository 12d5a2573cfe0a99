import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { nodeCommand, type Target } from './node.ts';

/**
 * Writes what explains a cluster's state into one tar file: component logs, events, descriptions, pod logs, the
 * engine's state, the boot timeline. The file appears by rename, whole.
 * @throws {CiError} SESSION_GONE, NODE_COMMAND_FAILED
 */
export async function saveEvidence(
  engine: Docker,
  target: Target,
  file: string,
  { signal }: Operation = {},
): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  const out = createWriteStream(partial);
  try {
    await nodeCommand(engine, target, ['evidence'], {
      signal,
      onStdout: async (data) => {
        if (!out.write(data)) await once(out, 'drain');
      },
    });
    out.end();
    await once(out, 'close');
    await rename(partial, file);
    return file;
  } finally {
    out.destroy();
    await rm(partial, { force: true });
  }
}

/** Writes the output of a cluster container that may no longer be there to be asked. */
export async function saveOutput(file: string, output: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, output);
}
