import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImages, imageRef } from '@istio-ci/image-builder';
import { type Operation, repositoryRoot, requireEngine } from '@istio-ci/kit';
import { plainProgress, provideMinikubeImage } from '@istio-ci/pipeline';
import type Docker from 'dockerode';
import type { Count } from '../suites/count.ts';
import type { SuiteContext } from '../suites/suite.ts';
import { provideDisk } from './disk.ts';
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
  const operation = { engine, signal, progress };
  await buildImages(['vm', 'minikube-dind'], operation);
  const images = { machine: await imageRef('vm'), node: await nodeImage(operation) };
  const disk = await provideDisk(engine, images, operation);
  say('the virtual machine boots');
  const consoleFile = join(repositoryRoot, 'test/reports/vm-console.log');
  return withMachine(engine, { image: images.machine, disk, consoleFile, signal }, (ports) =>
    runTests(
      { ...context, signal },
      {
        ISTIO_CI_TIME_FACTOR: String(timeFactor),
        ISTIO_CI_CLUSTER_IMAGE: images.node,
        ISTIO_CI_VM_PORTS: JSON.stringify(ports),
        ISTIO_CI_VM_MINIKUBE: String(givenMinikube() !== undefined),
      },
    ),
  );
}

/** Hash of all that decides what a run comes to: the images, the tests, and what runs them. */
export async function vmInputs(): Promise<string> {
  const images = [await imageRef('vm'), await imageRef('minikube-dind'), givenMinikube() !== undefined];
  const hash = createHash('sha256').update(JSON.stringify(images));
  for (const folder of [import.meta.dirname, join(repositoryRoot, 'test/vm')]) {
    for (const file of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function nodeImage(operation: Operation & { engine: Docker }): Promise<string> {
  const given = givenMinikube();
  return given === undefined ? imageRef('minikube-dind') : (await provideMinikubeImage(given, operation)).ref;
}

/** minikube's programs, which no package registry has, where this machine has them. */
function givenMinikube() {
  const { MINIKUBE_BINARY: minikube, CRICTL_BINARY: crictl } = process.env;
  return minikube && crictl ? { minikube, crictl } : undefined;
}
