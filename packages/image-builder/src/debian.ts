import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError, cachePath, type Operation, run, sha256, tick } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { suite } from './apt-sources.ts';
import { follow, hasImage, tryPull } from './engine/call.ts';
import { bootstrapFailed, noBaseImage } from './errors.ts';
import { imageLabel } from './labels.ts';
import { StepLog } from './log.ts';

/** What is pulled where a container registry answers. */
const pulled = `debian:${suite}-slim`;

/** mmdebstrap's command; without `sources` it takes Debian's own servers. */
function bootstrapCommand(tarball: string, sources: readonly string[]): string[] {
  const options = ['--variant=minbase', '--include=ca-certificates', '--format=tar'];
  return ['mmdebstrap', ...options, suite, tarball, ...sources];
}

/** The tag of the Debian that mmdebstrap makes; the hash is that of its command. */
export function debianRef(sources: readonly string[]): string {
  return `istio-ci/debian:${sha256(JSON.stringify(bootstrapCommand('', sources))).slice(0, 12)}`;
}

/**
 * A Debian image to build on, by its name in the engine: pulled where a registry answers, else made from Debian's
 * packages with mmdebstrap (about a minute).
 * @throws {CiError} NO_BASE_IMAGE where neither can be had, BOOTSTRAP_FAILED when mmdebstrap fails
 */
export async function provideDebian(
  engine: Docker,
  sources: readonly string[],
  operation: Operation,
): Promise<string> {
  const ref = debianRef(sources);
  if (await hasImage(engine, ref)) return ref;
  const refusal = await tryPull(engine, pulled, operation);
  if (refusal === undefined) return pulled;
  await bootstrap(engine, ref, sources, refusal, operation);
  return ref;
}

async function bootstrap(
  engine: Docker,
  ref: string,
  sources: readonly string[],
  refusal: unknown,
  { signal, progress }: Operation,
): Promise<void> {
  const tarball = cachePath('debian.tar');
  await mkdir(dirname(tarball), { recursive: true });
  await rm(tarball, { force: true });
  await using log = new StepLog('mmdebstrap');
  using _ticker = tick(progress, `base: no registry gives ${pulled}; making it from Debian's packages`);
  try {
    await run(bootstrapCommand(tarball, sources), { signal, onLine: (line) => log.add(line) });
    const [repo, tag] = ref.split(':');
    const options = { repo, tag, changes: `LABEL ${imageLabel}=debian` };
    await follow((abort) => engine.importImage(createReadStream(tarball), { ...options, ...abort }), signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CommandError && error.exitCode === 127) throw noBaseImage(pulled, refusal);
    throw bootstrapFailed(log.file, error);
  } finally {
    await rm(tarball, { force: true });
  }
}
