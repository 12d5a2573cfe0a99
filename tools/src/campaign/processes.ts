import { readdir, readFile } from 'node:fs/promises';

export interface FoundProcess {
  readonly pid: number;
  readonly command: readonly string[];
}

/**
 * The processes that have this TMPDIR. A command that was started with one of its own gives it to all that it
 * starts, helpers that outlive it included: so what belongs to it is told from what others run on this machine.
 */
export async function processesWithTmp(folder: string): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await fields(`/proc/${pid}/environ`);
      if (!environment.includes(`TMPDIR=${folder}`)) return [];
      const command = await fields(`/proc/${pid}/cmdline`);
      // A process that has ended and was not collected has no command any more.
      return command.length === 0 ? [] : [{ pid, command }];
    }),
  );
  return found.flat();
}

/** The session's id that a guard is told in its argument; undefined for any other process. */
export function guardedId({ command }: FoundProcess): string | undefined {
  if (!command.some((part) => part.endsWith('guard/main.ts'))) return undefined;
  return (JSON.parse(command.at(-1) ?? '{}') as { id?: string }).id;
}

async function fields(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\0').filter((field) => field !== '');
}
