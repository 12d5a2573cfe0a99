import { builtImage, builtIndex } from '@istio-ci/registry/test/test-images';
import type { PaperImage } from './paper-engine.ts';

/** One push of the campaign, as its process receives it. */
export interface CampaignTask {
  readonly verb: 'push' | 'resume';
  readonly outDir: string;
  /** A config.json. */
  readonly credentials: string;
  readonly insecureHosts: readonly string[];
  readonly hubs: readonly string[];
  readonly moving: readonly string[];
  readonly images: readonly CampaignImage[];
}

export interface CampaignImage {
  readonly name: string;
  /** The ending of its tags. */
  readonly variant: string;
  readonly text: string;
  readonly index: boolean;
  readonly store: PaperImage['store'];
  /** Not pushed by `make push`, so that the push itself has to. */
  readonly leftOut: boolean;
}

export const [candidateTag, releaseTag] = ['build-1', '1.29.1'] as const;

/** The images that the engine has after Build. The same text gives the same digests in every process. */
export function builtImages({ hubs: [hub], images }: Pick<CampaignTask, 'hubs' | 'images'>): PaperImage[] {
  return images.map(({ name, variant, text, index, store }) => ({
    ref: `${hub}/${name}:${candidateTag}${variant}`,
    built: index ? builtIndex(text) : builtImage(text),
    store,
  }));
}
