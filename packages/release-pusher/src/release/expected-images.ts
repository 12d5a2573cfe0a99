import { parseTaggedImage } from '@istio-ci/registry';
import type Docker from 'dockerode';
import { type EngineImage, identityOf, imagesUnder, imageUnder, type Summary } from './engine-images.ts';
import type { PlanMakePush } from './options.ts';

/** An image that the distribution's push is expected to push. */
export interface ExpectedImage {
  readonly name: string;
  readonly variant: string;
  /** The engine's images that it may be: itself or, if it has yet to be tagged, all of its name. */
  readonly identities: readonly Omit<EngineImage, 'ref' | 'name' | 'variant'>[];
  /** True for an image that is only guessed: the engine has one of that name, under another hub. */
  readonly guessed: boolean;
}

/**
 * The images that a push of `tag` to `hub` will push: those that the engine has under that tag, those that
 * make names, and as a guess every other name in the engine. Nobody can be certain before `make push` has
 * run.
 */
export async function expectedImages(
  engine: Docker,
  hub: string,
  tag: string,
  planMakePush: PlanMakePush | undefined,
): Promise<ExpectedImage[]> {
  const plan = (await planMakePush?.(hub, tag)) ?? '';
  return expectFrom(await engine.listImages(), plan, hub, tag);
}

/** {@link expectedImages} from the engine's list and make's text. Pure. */
export function expectFrom(
  summaries: readonly Summary[],
  plan: string,
  hub: string,
  tag: string,
): ExpectedImage[] {
  const found = new Map<string, ExpectedImage>();
  const add = (image: ExpectedImage) => {
    const key = `${image.name}:${image.variant}`;
    if (!found.has(key)) found.set(key, image);
  };
  for (const image of imagesUnder(summaries, hub, tag))
    add({ ...image, identities: [image], guessed: false });
  const byName = Map.groupBy(summaries.flatMap(namedImages), ({ name }) => name);
  for (const { name, variant } of refsIn(plan, hub, tag))
    add({ name, variant, identities: byName.get(lastPart(name)) ?? [], guessed: false });
  for (const [name, identities] of byName) add({ name, variant: '', identities, guessed: true });
  return [...found.values()];
}

/** Each name that an image has in the engine, without its hub. */
function namedImages(summary: Summary) {
  return (summary.RepoTags ?? []).flatMap((ref) => {
    const image = parseTaggedImage(ref);
    // With containerd's image store an image that was loaded has its old identity for a name as well.
    if (!image || image.path === 'sha256') return [];
    return [{ name: lastPart(image.path), digests: [], ...identityOf(summary) }];
  });
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The name of every image of the hub under the tag that occurs in a text. Pure. */
export function imagesInText(text: string, hub: string, tag: string): string[] {
  return [...new Set(refsIn(text, hub, tag).map(({ name }) => name))];
}

function refsIn(text: string, hub: string, tag: string) {
  const words = text.split(/[\s"'`;=,|&()]+/);
  return words.map((word) => imageUnder(word, hub, tag)).filter((image) => image !== undefined);
}
