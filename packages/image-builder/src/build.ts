import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineMessage, hostCaBundle, type Operation, proxySettings, tick } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { tarOf } from './context.ts';
import { follow } from './engine/call.ts';
import { imageErrors } from './errors.ts';
import { type ContextEntry, fileEntry, folderEntry, storedEntry } from './folder.ts';
import type { ResolvedImage } from './inputs.ts';
import { imageLabel, inputsLabel } from './labels.ts';
import { StepLog } from './log.ts';

/** Lines that the classic builder prints itself, between those of the steps. */
const builderLines = /^\s*$|^Step \d|^ ---> |^Removing intermediate container /;

/**
 * Builds one image with the engine's classic builder. The tag is set once all of it is built.
 * @param base the engine's name of the image in FROM
 * @throws {CiError} BUILD_STEP_FAILED with the step and its last lines
 */
export async function build(
  engine: Docker,
  image: ResolvedImage,
  base: string,
  { signal, progress }: Operation,
): Promise<void> {
  const { name } = image.spec;
  const context = tarOf([...image.files, ...(await buildOnlyCa(image)), ...(await binariesOf(image))]);
  await using log = new StepLog(`build-${name}`, builderLines);
  let step = 'reading the context';
  const onMessage = ({ stream = '' }: EngineMessage) => {
    const next = /^Step (.*)/s.exec(stream)?.[1];
    if (next !== undefined) {
      step = next.replace(/\s+/g, ' ').trim();
      log.lastLines.length = 0;
    }
    for (const line of stream.split(/[\r\n]+/)) log.add(line);
  };
  using _ticker = tick(progress, () => `${name}: ${step.slice(0, 80)}`);
  const options = {
    t: image.ref,
    version: '1' as const,
    forcerm: true,
    buildargs: { ...proxySettings(), ...image.args, BASE_IMAGE: base },
    labels: { ...image.labels, [imageLabel]: name, [inputsLabel]: image.hash },
  };
  try {
    await follow((abort) => engine.buildImage(context, { ...options, ...abort }), signal, onMessage);
  } catch (error) {
    signal?.throwIfAborted();
    throw imageErrors.buildStepFailed(name, step, log.lastLines, log.file, error);
  } finally {
    context.destroy();
  }
}

/**
 * This machine's certificate authorities, for a stage that downloads. They are not part of the hash and stay
 * in no image.
 */
async function buildOnlyCa({ spec }: ResolvedImage): Promise<ContextEntry[]> {
  if (spec.ca !== 'build') return [];
  const bundle = await hostCaBundle();
  return [
    folderEntry('ca'),
    ...(bundle === undefined ? [] : [fileEntry('ca/host.crt', await readFile(bundle))]),
  ];
}

async function binariesOf({ binaries }: ResolvedImage): Promise<ContextEntry[]> {
  const wanted = binaries.flatMap(({ from, files }) => files.map((file) => ({ from, file })));
  return Promise.all(
    wanted.map(async ({ from, file }) => {
      const place = join(from.folder, file);
      const found = await stat(place).catch(() => undefined);
      if (found === undefined) throw imageErrors.outputMissing(from.set.title, [file]);
      return storedEntry(`bin/${file}`, place, found.size, from.hash);
    }),
  );
}
