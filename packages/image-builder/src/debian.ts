import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError, cachePath, type Operation, run, sha256, tick } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { suite } from './apt-sources.ts';
import { follow, hasImage, tryPull } from './engine/call.ts';
import { imageErrors } from './errors.ts';
import { imageLabel } from './labels.ts';
import { StepLog } from './log.ts';

/** The image to pull if a container registry answers. */
const pulled = `debian:${suite}-slim`;

/** mmdebstrap's command. Without `sources` it uses Debian's own servers. */
function bootstrapCommand(tarball: string, sources: readonly string[]): string[] {
  const options = ['--variant=minbase', '--include=ca-certificates', '--format=tar'];
  return ['mmdebstrap', ...options, suite, tarball, ...sources];
}

/** The tag of the Debian image that mmdebstrap makes: the hash of its command. */
export function debianRef(sources: readonly string[]): string {
  return `istio-ci/debian:${sha256(JSON.stringify(bootstrapCommand('', sources))).slice(0, 12)}`;
}

/**
 * Provides a Debian image to build on and returns its name in the engine: pulled if a registry answers,
 * otherwise made from Debian's packages with mmdebstrap (about a minute).
 * @throws {CiError} NO_BASE_IMAGE if neither is possible, BOOTSTRAP_FAILED if mmdebstrap fails
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
    if (error instanceof CommandError && error.exitCode === 127)
      throw imageErrors.noBaseImage(pulled, refusal);
    throw imageErrors.bootstrapFailed(log.file, error);
  } finally {
    await rm(tarball, { force: true });
  }
}
