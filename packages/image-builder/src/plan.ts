import type { ResolvedBinaries } from './binary-inputs.ts';
import type { ResolvedImage } from './inputs.ts';

export type Step =
  | { readonly do: 'compile'; readonly binaries: ResolvedBinaries }
  | { readonly do: 'build'; readonly image: ResolvedImage };

/** What already exists. */
export interface Stock {
  /** References of images in the engine. */
  readonly images: ReadonlySet<string>;
  /** Hashes of compiled binary sets in the cache. */
  readonly binaries: ReadonlySet<string>;
}

/**
 * The steps that give `names`, each after those it rests on. What an image that is there was made from is not
 * asked for: it may have gone long ago.
 * @param resolved all that `names` can need
 * @param compiler the name of the image that compiles
 */
export function planSteps(
  resolved: readonly ResolvedImage[],
  names: readonly string[],
  stock: Stock,
  compiler: string,
): Step[] {
  const steps: Step[] = [];
  const done = new Set<string>([...stock.images, ...stock.binaries]);
  const build = (name: string) => {
    const image = resolved.find(({ spec }) => spec.name === name);
    if (image === undefined || done.has(image.ref)) return;
    done.add(image.ref);
    if (image.spec.from !== undefined) build(image.spec.from);
    for (const { from } of image.binaries) compile(from);
    steps.push({ do: 'build', image });
  };
  const compile = (binaries: ResolvedBinaries) => {
    if (done.has(binaries.hash)) return;
    done.add(binaries.hash);
    build(compiler);
    steps.push({ do: 'compile', binaries });
  };
  names.forEach(build);
  return steps;
}

/**
 * Engine disk and cache disk that the steps take, in bytes. Compiles share Go's caches, and the largest set
 * is measured with the others in them: it counts for all.
 */
export function spaceFor(steps: readonly Step[]): { engine: number; cache: number } {
  const mebibyte = 1024 * 1024;
  const images = steps.map((step) => (step.do === 'build' ? step.image.spec.diskMiB : 0));
  const compiles = steps.flatMap((step) => (step.do === 'compile' ? [step.binaries.set.diskMiB] : []));
  const engine = images.reduce((sum, mib) => sum + mib, Math.max(0, ...compiles));
  return { engine: engine * mebibyte, cache: compiles.length * 300 * mebibyte };
}
