import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '@istio-ci/kit';
import { parseJunit, type Run } from '@istio-ci/report';

/**
 * The suites that the tests wrote to a folder. A file that cannot be read becomes a suite with one error: its
 * tests are unknown, and those of the other files still count.
 */
export async function junitSuites(directory: string): Promise<Run['tests']> {
  const names = await readdir(directory).catch(() => []);
  const files = names.filter((name) => name.endsWith('.xml')).sort();
  return (await Promise.all(files.map((name) => suitesIn(join(directory, name))))).flat();
}

async function suitesIn(file: string): Promise<Run['tests']> {
  try {
    return parseJunit(await readFile(file, 'utf8'));
  } catch (error) {
    const [name, message] = [basename(file), messageOf(error)];
    return [{ name, cases: [{ name: `the report ${name}`, seconds: 0, status: 'error', message }] }];
  }
}
