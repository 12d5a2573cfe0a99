import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImages, imageRef } from '@istio-ci/image-builder';
import { CommandError, cachePath, repositoryRoot, requireEngine, run } from '@istio-ci/kit';
import { type Count, countGo } from './count.ts';
import type { SuiteContext } from './suites.ts';

/** The tests of the node's boot program, in the container that compiles it: the host needs no Go. */
export async function goTests({ signal, say }: SuiteContext): Promise<Count> {
  const engine = await requireEngine();
  await buildImages(['jenkins-build'], { engine, signal, progress: say });
  const cache = cachePath('go-build');
  await mkdir(cache, { recursive: true });
  const source = join(repositoryRoot, 'images/minikube-dind/node');
  const command = [
    'docker',
    'run',
    '--rm',
    '--network',
    'none',
    '--volume',
    `${source}:/src:ro`,
    '--volume',
    `${cache}:/cache`,
    '--env',
    'GOCACHE=/cache',
    '--env',
    'GOFLAGS=-mod=mod -buildvcs=false',
    '--env',
    'GOTOOLCHAIN=local',
    '--env',
    'HOME=/tmp',
    '--workdir',
    '/src',
    await imageRef('jenkins-build'),
    'go',
    'test',
    '-json',
    './...',
  ]; // prettier-ignore
  const { stdout, stderr } = await run(command, { signal }).catch((error: unknown) => {
    if (error instanceof CommandError) return error;
    throw error;
  });
  const count = countGo(stdout);
  if (count.failed > 0 || count.passed === 0) say(`${outputOf(stdout)}${stderr}`);
  return count.passed === 0 && count.failed === 0 ? { passed: 0, failed: 1, skipped: 0 } : count;
}

function outputOf(events: string): string {
  return [...events.matchAll(/"Output":("(?:[^"\\]|\\.)*")/g)]
    .map((match) => JSON.parse(match[1] ?? '""') as string)
    .join('');
}
