import { readdir, readFile } from 'node:fs/promises';

export interface FoundProcess {
  readonly pid: number;
  readonly command: readonly string[];
}

/**
 * Finds the processes with this TMPDIR. A command passes it on to everything that it starts, including
 * helpers that outlive it. This distinguishes them from other processes on this machine.
 */
export async function processesWithTmp(folder: string): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await fields(`/proc/${pid}/environ`);
      if (!environment.includes(`TMPDIR=${folder}`)) return [];
      const command = await fields(`/proc/${pid}/cmdline`);
      // A zombie has no command line.
      return command.length === 0 ? [] : [{ pid, command }];
    }),
  );
  return found.flat();
}

/** The id of the session in the argument of a guard; undefined for any other process. */
export function guardedId({ command }: FoundProcess): string | undefined {
  if (!command.some((part) => part.endsWith('guard/main.ts'))) return undefined;
  return (JSON.parse(command.at(-1) ?? '{}') as { id?: string }).id;
}

async function fields(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\0').filter((field) => field !== '');
}
