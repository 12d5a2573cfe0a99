import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImages, imageRef } from '@istio-ci/image-builder';
import { repositoryRoot, requireEngine } from '@istio-ci/kit';
import { plainProgress } from '@istio-ci/pipeline';
import type { Count } from '../count.ts';
import type { SuiteContext } from '../suites.ts';
import { type DiskInputs, provideDisk } from './disk.ts';
import { withMachine } from './machine.ts';

/** How many times slower than a usual machine the product may be in it; each of its time limits is multiplied by it. */
const timeFactor = 20;

/** After this the machine is ended, whatever it does. */
const limitMs = 40 * 60_000;

/**
 * The node image on a host with cgroup v2, systemd and all privileges: `runTests` runs the tests named `*.vm.test.ts` with
 * the environment it is given. The machine's console is test/reports/vm-console.log.
 */
export async function vmTests(
  context: SuiteContext,
  runTests: (context: SuiteContext, env: Record<string, string>) => Promise<Count>,
): Promise<Count> {
  const { say } = context;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)]);
  const engine = await requireEngine();
  const progress = plainProgress(say);
  await buildImages(['vm', 'minikube-dind'], { engine, signal, progress });
  const images = await diskInputs();
  const disk = await provideDisk(engine, images, { signal, progress });
  say('the virtual machine boots');
  const consoleFile = join(repositoryRoot, 'test/reports/vm-console.log');
  return withMachine(engine, { image: images.machine, disk, consoleFile, signal }, (ports) =>
    runTests(
      { ...context, signal },
      {
        ISTIO_CI_TIME_FACTOR: String(timeFactor),
        ISTIO_CI_CLUSTER_IMAGE: images.node,
        ISTIO_CI_VM_PORTS: JSON.stringify(ports),
      },
    ),
  );
}

/** Hash of all that decides what a run comes to: the images, the tests, and what runs them. */
export async function vmInputs(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(await diskInputs()));
  for (const folder of [import.meta.dirname, join(repositoryRoot, 'test/vm')]) {
    for (const file of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function diskInputs(): Promise<DiskInputs> {
  return { machine: await imageRef('vm'), node: await imageRef('minikube-dind') };
}
