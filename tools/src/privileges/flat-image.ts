import type { Readable } from 'node:stream';
import { type connectEngine, removeContainer } from '@istio-ci/image-builder';
import { followEngineStream } from '@istio-ci/kit';

type Engine = ReturnType<typeof connectEngine>;

/**
 * Makes a copy of an image that declares no volumes: every container gets a declared volume in any case. The
 * copy is removed when it is disposed of.
 */
export async function flatImage(engine: Engine, image: string): Promise<AsyncDisposable & { ref: string }> {
  const { Config } = await engine.getImage(image).inspect();
  const [repo, tag] = ['istio-ci/without-volumes', image.split(':').at(-1) ?? 'latest'];
  const changes = [
    `ENTRYPOINT ${JSON.stringify(Config.Entrypoint)}`,
    ...(Config.Env ?? []).map((variable) => `ENV ${variable}`),
  ].join('\n');
  const container = await engine.createContainer({ Image: image });
  try {
    const files = (await container.export()) as unknown as Readable;
    await followEngineStream(await engine.importImage(files, { repo, tag, changes }));
  } finally {
    await removeContainer(container);
  }
  const ref = `${repo}:${tag}`;
  return {
    ref,
    [Symbol.asyncDispose]: async () => {
      await engine.getImage(ref).remove();
    },
  };
}
