import { buildImages, provideClusterImage } from '@istio-ci/image-builder';
import { imagesOf } from '../cluster/service-images.ts';
import type { RunContext } from '../context.ts';
import { clearOutput } from '../record/state.ts';

/** Images: builds those of our images that this distribution needs and whose inputs changed. */
export async function images(context: RunContext) {
  const { distribution, signal, progress } = context;
  await clearOutput(context);
  const { kubernetes, bootstrapper } = distribution.cluster;
  const built = await buildImages(imagesOf(distribution), { kubernetes, signal, progress });
  await provideClusterImage({ kubernetes, bootstrapper, signal, progress });
  const fresh = built.filter((image) => image.built).map((image) => image.ref);
  return { facts: { built: fresh.length === 0 ? 'none, all exist' : fresh } };
}
