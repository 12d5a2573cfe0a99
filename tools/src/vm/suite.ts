import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImages, imageRef, provideMinikubeImage, requireEngine } from '@istio-ci/image-builder';
import { type Operation, RunningSha256, repositoryRoot } from '@istio-ci/kit';
import { plainProgress } from '@istio-ci/pipeline';
import type { Count } from '../suites/count.ts';
import type { SuiteContext } from '../suites/suite.ts';
import { provideDisk } from './disk.ts';
import { withMachine } from './machine.ts';

/**
 * The machine may be this many times slower than a usual one: all time limits of the product are multiplied
 * by it.
 */
const timeFactor = 20;

/** The machine is ended after this time. */
const limitMs = 40 * 60_000;

/**
 * Tests the node image on a host with cgroup v2, systemd and all privileges: `runTests` runs the tests named
 * `*.vm.test.ts` with the environment that it gets. The console of the machine is in
 * test/reports/vm-console.log.
 */
export async function vmTests(
  context: SuiteContext,
  runTests: (context: SuiteContext, env: Record<string, string>) => Promise<Count>,
): Promise<Count> {
  const { say } = context;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)]);
  const engine = await requireEngine();
  const progress = plainProgress(say);
  const operation = { signal, progress };
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

/**
 * The hash of everything that decides the result of a run: the images, the tests, and the code that runs
 * them.
 */
export async function vmInputs(): Promise<string> {
  const images = [await imageRef('vm'), await imageRef('minikube-dind'), givenMinikube() !== undefined];
  const hash = new RunningSha256();
  hash.add(Buffer.from(JSON.stringify(images)));
  for (const folder of [import.meta.dirname, join(repositoryRoot, 'test/vm')]) {
    for (const file of (await readdir(folder)).sort()) hash.add(await readFile(join(folder, file)));
  }
  return hash.hex().slice(0, 12);
}

async function nodeImage(operation: Operation): Promise<string> {
  const given = givenMinikube();
  return given === undefined ? imageRef('minikube-dind') : (await provideMinikubeImage(given, operation)).ref;
}

/** The programs for minikube, if this machine has them: no package registry does. */
function givenMinikube() {
  const { MINIKUBE_BINARY: minikube, CRICTL_BINARY: crictl } = process.env;
  return minikube && crictl ? { minikube, crictl } : undefined;
}
