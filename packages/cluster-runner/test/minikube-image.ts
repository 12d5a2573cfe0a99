import { buildMinikubeImage, type GivenProgram } from '@istio-ci/image-builder';
import { fileSha256 } from '@istio-ci/kit';

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
  return (await buildMinikubeImage(programs, {})).ref;
}

async function programOf(name: string, place: string): Promise<GivenProgram> {
  return { name, place, sha256: await fileSha256(place) };
}
