import type { Readable } from 'node:stream';
import { isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { PlaceImages } from '../place.ts';
import { engineStep } from './engine-errors.ts';

/** The images of the engine. */
export function engineImages(engine: Docker): PlaceImages {
  return {
    labels: (image) =>
      engineStep({ what: 'inspect the image', image }, async () => {
        try {
          return (await engine.getImage(image).inspect()).Config.Labels ?? {};
        } catch (error) {
          if (isNotFound(error)) return undefined;
          throw error;
        }
      }),
    save: (image) =>
      engineStep({ what: `save ${image}`, image }, async () => {
        const found = engine.getImage(image);
        // The engine answers 200 for a missing image, and then sends an archive without it.
        await found.inspect();
        return (await found.get()) as Readable;
      }),
  };
}
