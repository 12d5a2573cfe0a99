import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CiError, errorToJson } from '@istio-ci/kit';
import type { ChainResult } from '@istio-ci/pipeline';

/** Copies the output of a run that people read, without what it built. */
export async function keepOutput(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  for (const name of ['run.json', 'report.html', 'receipt.json', 'logs', 'junit', 'evidence']) {
    await cp(join(from, name), join(to, name), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** The result of a chain whose output is moved: its error names the new folder. Pure. */
export function withPlaces(result: ChainResult, from: string, to: string): ChainResult {
  if (!(result.error instanceof CiError)) return result;
  const error = errorWithPlaces(result.error, (text) => text.replaceAll(from, to));
  const results = result.results.map((stage) =>
    stage.error ? { ...stage, error: errorToJson(error) } : stage,
  );
  return { results, error };
}

function errorWithPlaces(error: CiError, place: (text: string) => string): CiError {
  const { code, kind, message, remedy, cause, exitCode, evidence, stack } = error;
  const moved = new CiError({ code, kind, message: place(message), remedy: place(remedy), cause, exitCode });
  if (evidence !== undefined) moved.evidence = place(evidence);
  if (stack !== undefined) moved.stack = stack;
  return moved;
}
