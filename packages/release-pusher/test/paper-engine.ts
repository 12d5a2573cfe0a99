import { Readable } from 'node:stream';
import { parseManifest, parseTaggedImage, type RegistryConnection } from '@istio-ci/registry';
import { type BuiltImage, uploadBuilt } from '@istio-ci/registry/test/test-images';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';

/** An image as {@link paperEngine} has it: under its whole name. */
export interface PaperImage {
  readonly ref: string;
  readonly built: BuiltImage;
  /** Which store has it: containerd names an image by its manifest, the older store by its configuration. */
  readonly store: 'containerd' | 'older';
}

/**
 * The part of an engine that a push uses, so that hundreds of pushes need no real one: built images, and a
 * push of them by our client that ends with the words of either store. Registry, faults and kills are real;
 * the engine suite pushes with a real engine.
 */
export function paperEngine(images: readonly PaperImage[], registry: RegistryConnection): Docker {
  const engine = {
    listImages: async () =>
      images.map((image) => ({ Id: idOf(image), RepoTags: [image.ref], RepoDigests: [], Labels: null })),
    getImage: (ref: string) => {
      const image = images.find((one) => one.ref === ref);
      if (!image) throw Object.assign(new Error('no such image'), { statusCode: 404 });
      return {
        inspect: async () => ({ Id: idOf(image) }),
        history: async () => [],
        get: async () => {
          const layers = pack();
          layers.finalize();
          return layers;
        },
        push: async () => Readable.from([await pushed(image, registry)]),
      };
    },
  };
  return engine as unknown as Docker;
}

function idOf({ built: { manifest }, store }: PaperImage): string {
  const { config } = parseManifest(manifest, 'a built image');
  return store === 'older' && config ? config.digest : manifest.digest;
}

/** Pushes the image; reports a failure as engines do. */
export async function pushPaper({ ref, built }: PaperImage, registry: RegistryConnection): Promise<void> {
  const image = parseTaggedImage(ref);
  if (!image) throw new Error(`${ref} is no image`);
  await uploadBuilt(registry, image, built, image.tag).catch((cause: unknown) => {
    throw new Error('received unexpected HTTP status: 503 Service Unavailable', { cause });
  });
}

async function pushed(image: PaperImage, registry: RegistryConnection): Promise<string> {
  const { digest, bytes } = image.built.manifest;
  const tag = parseTaggedImage(image.ref)?.tag;
  try {
    await pushPaper(image, registry);
  } catch (error) {
    return JSON.stringify({ errorDetail: { message: (error as Error).message } });
  }
  const last =
    image.store === 'containerd'
      ? { status: `${tag}: digest: ${digest} size: ${bytes.length}` }
      : { aux: { Tag: tag, Digest: digest, Size: bytes.length } };
  return `${JSON.stringify({ status: 'Pushed' })}\n${JSON.stringify(last)}\n`;
}
