import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  goSettings,
  hostCaBundle,
  isConflict,
  isNotFound,
  type Operation,
  proxySettings,
  tick,
} from '@istio-ci/kit';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';
import { outputFolder, type ResolvedBinaries } from './binary-inputs.ts';
import { buildSettings } from './binary-sets.ts';
import { tarOf } from './context.ts';
import { type ExecOptions, execIn } from './engine/exec.ts';
import { withContainer } from './engine/with-container.ts';
import { imageErrors } from './errors.ts';
import { type ContextEntry, fileEntry, folderEntry } from './folder.ts';
import { cacheLabel, compileLabel } from './labels.ts';
import { StepLog } from './log.ts';

const sourceFolder = '/src';
const caFile = '/etc/istio-ci/extra-ca.crt';
const caches = { 'istio-ci-go-mod': '/cache/mod', 'istio-ci-go-build': '/cache/build' };

/** The line that `go build -v` prints for a package that it compiles. */
const packageName = /^[\w.-]+(\/[\w.~-]+)*$/;

/** Lines that it prints when nothing is wrong. */
const goLines = new RegExp(`^\\s*$|^go: downloading |${packageName.source}`);

/**
 * Compiles a set in a container of the image `compiler` and keeps the result in the cache. Sources and
 * results are copied, not mounted: the engine may be on another machine, and the files belong to the caller.
 * @throws {CiError} COMPILE_FAILED
 */
export async function compile(
  engine: Docker,
  compiler: string,
  binaries: ResolvedBinaries,
  { signal, progress }: Operation,
): Promise<void> {
  const { set } = binaries;
  const ca = await hostCaBundle();
  await using log = new StepLog(`compile-${set.name}`, goLines);
  let packages = 0;
  let last = 'starting';
  const onLine = (line: string) => {
    log.add(line);
    if (packageName.test(line)) packages += 1;
    last = line.startsWith('go: downloading') ? line.slice(4) : `${packages} packages, ${line}`;
  };
  using _ticker = tick(progress, () => `compiling ${set.title}: ${last}`);
  await withContainer(engine, containerFor(compiler, set.name), async (container) => {
    await container.putArchive(tarOf(await inputsOf(binaries, ca)), { path: '/' });
    const options = { ...goBuildOptions(ca), signal, onLine, onStdout: dropped, onStderr: dropped };
    const { exitCode } = await execIn(container, binaries.command, options);
    if (exitCode !== 0) throw imageErrors.compileFailed(set.title, exitCode, log.lastLines, log.file);
    await keep(await container.getArchive({ path: outputFolder }), binaries.folder);
  });
}

/**
 * Removes Go's caches, some 5 GB, once everything is compiled. The results are kept by the hash of their
 * sources, so little is lost. After a failure or an abort the caches stay, and the next attempt continues
 * from there.
 */
export async function removeCompileCaches(engine: Docker): Promise<void> {
  for (const name of Object.keys(caches)) {
    await engine
      .getVolume(name)
      .remove()
      .catch((error: unknown) => {
        // Another process may be compiling with it.
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
  }
}

function containerFor(image: string, set: string): Docker.ContainerCreateOptions {
  const mounts = Object.entries(caches).map(([volume, path]) => ({
    Type: 'volume' as const,
    Source: volume,
    Target: path,
    ReadOnly: false,
    VolumeOptions: {
      NoCopy: true,
      Labels: { [cacheLabel]: volume },
      DriverConfig: { Name: '', Options: {} },
    },
  }));
  return {
    Image: image,
    User: '0:0',
    Labels: { [compileLabel]: set },
    HostConfig: { Mounts: mounts },
  };
}

async function inputsOf({ sources }: ResolvedBinaries, ca: string | undefined): Promise<ContextEntry[]> {
  const placed = sources.map((entry) => ({ ...entry, path: `${sourceFolder.slice(1)}/${entry.path}` }));
  const caEntry = ca === undefined ? [] : [fileEntry(caFile.slice(1), await readFile(ca))];
  return [folderEntry(sourceFolder.slice(1)), folderEntry(outputFolder.slice(1)), ...placed, ...caEntry];
}

/** The lines are in the log; the output need not be kept as well. */
const dropped = () => {};

function goBuildOptions(ca: string | undefined): ExecOptions {
  const env = {
    ...proxySettings(),
    ...goSettings(),
    ...buildSettings,
    GOMODCACHE: caches['istio-ci-go-mod'],
    GOCACHE: caches['istio-ci-go-build'],
    // Go trusts this file in addition to the image's own certificates.
    ...(ca === undefined ? {} : { SSL_CERT_FILE: caFile }),
  };
  return { env, cwd: sourceFolder };
}

/**
 * Unpacks the results beside their place and moves them there in one step. A result that already exists is
 * just as good.
 */
async function keep(archive: NodeJS.ReadableStream, folder: string): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const unpack = extract();
  const reading = pipeline(archive, unpack);
  for await (const entry of unpack) {
    if (entry.header.type === 'file') {
      await pipeline(entry, createWriteStream(join(partial, basename(entry.header.name)), { mode: 0o755 }));
    } else entry.resume();
  }
  await reading;
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

/** True if the cache has the set's programs. */
export async function isCompiled({ folder }: ResolvedBinaries): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length > 0;
}
