import { defaultKubernetes, type KubernetesMinor, repositoryRoot } from '@istio-ci/kit';
import { type BinarySet, binarySetsFor } from './binary-sets.ts';
import { type ImageSpec, images } from './images.ts';

/** Everything that can be built, and where its sources are. Tests use small catalogues. */
export interface Catalogue {
  /** The folder that holds `images/` and the Go modules of the binary sets. */
  readonly root: string;
  /** Each image comes after the one it is based on. */
  readonly images: readonly ImageSpec[];
  readonly binarySets: readonly BinarySet[];
  /** The image that compiles the binary sets. */
  readonly compiler: string;
}

/** What this repository can build, with the Kubernetes of a minor version. */
export function catalogueFor(kubernetes: KubernetesMinor = defaultKubernetes): Catalogue {
  const binarySets = binarySetsFor(kubernetes);
  return { root: repositoryRoot, images, binarySets, compiler: 'toolchain' };
}

/** The images that building `names` may need, in build order. */
export function closure(catalogue: Catalogue, names: readonly string[]): ImageSpec[] {
  const needed = new Set<string>();
  const need = (name: string) => {
    needed.add(name);
    const spec = specOf(catalogue, name);
    if (spec.from !== undefined) need(spec.from);
    if (spec.binaries !== undefined) need(catalogue.compiler);
  };
  names.forEach(need);
  return catalogue.images.filter(({ name }) => needed.has(name));
}

function specOf(catalogue: Catalogue, name: string): ImageSpec {
  const spec = catalogue.images.find((image) => image.name === name);
  if (spec === undefined) throw new Error(`no image is called ${name}`);
  return spec;
}
