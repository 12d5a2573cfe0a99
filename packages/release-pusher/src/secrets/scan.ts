import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isNotFound, messageOf, type Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';
import { releaseErrors } from '../errors.ts';
import { fingerprintsOf } from './encodings.ts';
import { findIn, type Needles, needlesOf, scanStream } from './scan-stream.ts';

export interface ScanTargets {
  /**
   * Files and folders, read completely: the workspace, logs, reports. Names and link targets are scanned too.
   */
  readonly paths?: readonly string[];
  /** Images of an engine: configuration, labels, environment, history and every layer. */
  readonly images?: { readonly engine: Docker; readonly refs: readonly string[] };
  /** Further texts by name, such as output or an environment. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** A place where a secret was found; never the secret. */
export interface Finding {
  readonly where: string;
  readonly encoding: string;
}

/**
 * Looks for `secrets`, in every encoding, in all targets, and returns each place that has one.
 * @throws {CiError} SCAN_INCOMPLETE if nothing was found and something could not be read
 */
export async function scanForSecrets(
  secrets: readonly string[],
  targets: ScanTargets,
  { signal, progress }: Operation = {},
): Promise<Finding[]> {
  const needles = needlesOf(secrets.flatMap(fingerprintsOf));
  if (needles.list.length === 0) return [];
  const findings: Finding[] = [];
  const note = (where: string, encoding: string | undefined) => {
    if (encoding !== undefined) findings.push({ where, encoding });
  };
  const unread: string[] = [];
  for (const [name, text] of Object.entries(targets.texts ?? {}))
    note(name, findIn(Buffer.from(text), needles));
  for (const path of targets.paths ?? []) {
    progress?.(`scanning for secrets in ${path}`);
    await scanPath(path, { needles, note, unread, signal });
  }
  for (const ref of targets.images?.refs ?? []) {
    progress?.(`scanning for secrets in ${ref}`);
    signal?.throwIfAborted();
    if (targets.images) await scanImage(targets.images.engine, ref, needles, note);
  }
  if (findings.length === 0 && unread.length > 0) throw releaseErrors.scanIncomplete(unread);
  return findings;
}

/** @throws {CiError} SECRET_LEAKED, naming every place; `failure` is what had gone wrong before the look */
export function assertNoFindings(findings: readonly Finding[], failure?: unknown): void {
  if (findings.length === 0) return;
  const places = findings.map(({ where, encoding }) => `${where} (${encoding})`);
  throw releaseErrors.secretLeaked(places, failure);
}

type Note = (where: string, encoding: string | undefined) => void;

interface PathScan extends Pick<Operation, 'signal'> {
  readonly needles: Needles;
  readonly note: Note;
  /** Gets each place that could not be read, and why. */
  readonly unread: string[];
}

async function scanPath(path: string, scan: PathScan): Promise<void> {
  const { needles, note, unread, signal } = scan;
  signal?.throwIfAborted();
  try {
    const info = await lstat(path);
    if (info.isSymbolicLink()) note(`the link ${path}`, findIn(Buffer.from(await readlink(path)), needles));
    else if (info.isFile())
      note(path, await scanStream(createReadStream(path, { highWaterMark: 1 << 20 }), needles));
    else if (info.isDirectory()) {
      for (const name of await readdir(path)) {
        const below = join(path, name);
        note(`the name of a file in ${path}`, findIn(Buffer.from(name), needles));
        await scanPath(below, scan);
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    // A file that goes away while we look cannot be left behind.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') unread.push(`${path} (${code ?? messageOf(error)})`);
  }
}

async function scanImage(engine: Docker, ref: string, needles: Needles, note: Note): Promise<void> {
  const image = engine.getImage(ref);
  try {
    note(`the configuration of ${ref}`, findIn(Buffer.from(JSON.stringify(await image.inspect())), needles));
    note(`the history of ${ref}`, findIn(Buffer.from(JSON.stringify(await image.history())), needles));
    await scanLayers(await image.get(), ref, needles, note);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * An image is saved as a tar of blobs and layers, some of them compressed; each entry is scanned as a file.
 */
async function scanLayers(
  saved: NodeJS.ReadableStream,
  ref: string,
  needles: Needles,
  note: Note,
): Promise<void> {
  const archive = extract();
  const source = saved as Readable;
  source.on('error', (error) => archive.destroy(error));
  source.pipe(archive);
  for await (const entry of archive) {
    note(
      `${entry.header.name} in ${ref}`,
      await scanStream(Readable.from(entry as AsyncIterable<Buffer>), needles),
    );
  }
}
