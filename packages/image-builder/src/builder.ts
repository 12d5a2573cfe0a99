import { cachePath, type Operation, withFileLock } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { hostSources } from './apt-sources.ts';
import { build } from './build.ts';
import type { Catalogue } from './catalogue.ts';
import { compile, isCompiled, removeCompileCaches } from './compile.ts';
import { provideDebian } from './debian.ts';
import { requireSpace } from './disk.ts';
import { hasImage } from './engine/call.ts';
import { requireEngine } from './engine/connect.ts';
import { type ImageOptions, type ResolvedImage, resolveImages } from './inputs.ts';
import { imageLabel } from './labels.ts';
import { planSteps, type Step, type Stock, spaceFor } from './plan.ts';

/** The engine that has the images; by default the one that `requireEngine` finds. */
export interface EngineOption {
  readonly engine?: Docker | undefined;
}

export interface BuildOptions extends Operation, ImageOptions, EngineOption {}

/** Builds the missing images among `names` and those they are based on; see the package's `buildImages`. */
export async function buildFrom(catalogue: Catalogue, names: readonly string[], options: BuildOptions) {
  const { engine = await requireEngine() } = options;
  const resolved = await resolveImages(catalogue, names, options);
  const stock = await takeStock(engine, resolved);
  const steps = planSteps(resolved, names, stock, catalogue.compiler);
  if (steps.length > 0) await requireSpace(engine, spaceFor(steps));
  const seconds = new Map<string, number>();
  for (const step of steps) {
    const started = performance.now();
    const did = await withFileLock(lockOf(step), options, () =>
      perform(engine, step, resolved, catalogue, options),
    );
    if (did && step.do === 'build') seconds.set(step.image.ref, (performance.now() - started) / 1000);
  }
  if (steps.some((step) => step.do === 'compile')) await removeCompileCaches(engine);
  return resolved
    .filter(({ spec, ref }) => names.includes(spec.name) || seconds.has(ref))
    .map(({ spec, ref }) => ({
      name: spec.name,
      ref,
      built: seconds.has(ref),
      seconds: seconds.get(ref) ?? 0,
    }));
}

/** Reports for each image whether the engine has it; see the package's `listImages`. */
export async function listFrom(catalogue: Catalogue, options: ImageOptions & EngineOption) {
  const { engine = await requireEngine() } = options;
  const names = catalogue.images.map(({ name }) => name);
  const resolved = await resolveImages(catalogue, names, options);
  const there = await engine.listImages({ filters: { label: [imageLabel] } });
  return resolved.map(({ spec: { name }, ref }) => {
    const image = there.find(({ RepoTags }) => RepoTags?.includes(ref));
    return image
      ? { name, ref, present: true, id: image.Id, bytes: image.Size }
      : { name, ref, present: false };
  });
}

async function takeStock(engine: Docker, resolved: readonly ResolvedImage[]): Promise<Stock> {
  const there = await engine.listImages({ filters: { label: [imageLabel] } });
  const binaries = resolved.flatMap((image) => image.binaries.map(({ from }) => from));
  const compiled = await Promise.all(
    binaries.map(async (set) => ((await isCompiled(set)) ? [set.hash] : [])),
  );
  return {
    images: new Set(there.flatMap(({ RepoTags }) => RepoTags ?? [])),
    binaries: new Set(compiled.flat()),
  };
}

function lockOf(step: Step): string {
  return cachePath(
    'locks',
    step.do === 'build' ? `image-${step.image.spec.name}` : `binaries-${step.binaries.set.name}`,
  );
}

/** Does one step, unless another process did it while we waited for its lock. */
async function perform(
  engine: Docker,
  step: Step,
  resolved: readonly ResolvedImage[],
  { compiler }: Catalogue,
  options: Operation,
): Promise<boolean> {
  const refOf = (name: string) => resolved.find(({ spec }) => spec.name === name)?.ref ?? name;
  if (step.do === 'compile') {
    if (await isCompiled(step.binaries)) return false;
    await compile(engine, refOf(compiler), step.binaries, options);
    return true;
  }
  const { image } = step;
  if (await hasImage(engine, image.ref)) return false;
  const base =
    image.spec.from === undefined
      ? await provideDebian(engine, await hostSources(), options)
      : refOf(image.spec.from);
  await build(engine, image, base, options);
  return true;
}
