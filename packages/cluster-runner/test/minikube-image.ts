import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { buildMinikubeImage, type GivenProgram } from '@istio-ci/image-builder';
import { engine } from './harness.ts';

export { needsMinikube } from '@istio-ci/vitest-config/names';

const { MINIKUBE_BINARY, CRICTL_BINARY } = process.env;

/** minikube is in no package registry: tests with it need the paths of both programs. */
export const hasMinikube = Boolean(MINIKUBE_BINARY && CRICTL_BINARY);

/** The cluster's image with those programs in it. */
export async function minikubeImage(): Promise<string> {
  const programs = [
    await programOf('minikube', MINIKUBE_BINARY ?? ''),
    await programOf('crictl', CRICTL_BINARY ?? ''),
  ];
  return (await buildMinikubeImage(programs, { engine })).ref;
}

async function programOf(name: string, place: string): Promise<GivenProgram> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(place)) hash.update(chunk as Buffer);
  return { name, place, sha256: hash.digest('hex') };
}
