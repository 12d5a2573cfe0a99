import { buildImages } from '@istio-ci/image-builder';
import {
  clearOutput,
  imagesOf,
  type Pipeline,
  provideClusterImage,
  runStageScript,
} from '@istio-ci/pipeline';

/** Images: ours that this distribution needs, built where their inputs have changed. */
export async function images(pipeline: Pipeline) {
  const { distribution, engine, signal, progress } = pipeline;
  await clearOutput(pipeline);
  const { kubernetes, bootstrapper } = distribution.cluster;
  const built = await buildImages(imagesOf(distribution), { engine, kubernetes, signal, progress });
  await provideClusterImage({ engine, kubernetes, bootstrapper, signal, progress });
  const fresh = built.filter((image) => image.built).map((image) => image.ref);
  return { built: fresh.length === 0 ? 'nothing, all are there' : fresh };
}

if (import.meta.main) await runStageScript('images', images);
