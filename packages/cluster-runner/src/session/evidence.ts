import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CiError, messageOf, type Operation } from '@istio-ci/kit';
import { extract, type Pack, pack } from 'tar-stream';
import { sessionErrors } from '../errors.ts';
import type { Place, Watch } from '../place/place.ts';
import { nodeCommand } from './node.ts';
import { type Target, targetContainer } from './target.ts';

export interface EvidenceOptions extends Operation {
  /** What the container printed, if it may be gone and its log with it. */
  readonly output?: string;
}

/** How long collecting evidence of a failure may take, in milliseconds. */
const evidenceMs = 15_000;

/**
 * Writes everything that explains a cluster's state into one .tgz, for this user alone: from inside component
 * logs, events, descriptions, pod logs, the inner Docker's state and the boot timeline; from outside what the
 * place knows of the container. The entry of something that cannot be had says why. The file appears whole,
 * by a rename.
 * @throws {CiError} EVIDENCE_NOT_WRITABLE
 */
export async function saveEvidence(
  place: Place,
  target: Target,
  file: string,
  options: EvidenceOptions = {},
): Promise<string> {
  const partial = `${file}.partial`;
  const output = await onFile(file, async () => {
    await mkdir(dirname(file), { recursive: true });
    return (await open(partial, 'w', 0o600)).createWriteStream();
  });
  const bundle = pack();
  try {
    const written = onFile(file, () => pipeline(bundle, createGzip(), output));
    const added = addFromOutside(bundle, place, target, options)
      .then(() => addFromInside(bundle, place, target, options))
      .then(() => bundle.finalize());
    // A full disk shows while entries are still being added.
    await Promise.all([written, added]);
    await onFile(file, () => rename(partial, file));
    return file;
  } finally {
    bundle.destroy();
    await rm(partial, { force: true });
  }
}

async function onFile<T>(file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw sessionErrors.evidenceNotWritable(file, error);
  }
}

/**
 * The same after a failure: it takes at most 15 s, never fails itself, and adds the file to the error.
 * @returns `error`
 */
export async function withEvidence<T>(
  error: T,
  place: Place,
  target: Target,
  file: string,
  options: Omit<EvidenceOptions, 'signal'> = {},
): Promise<T> {
  options.progress?.('collecting evidence');
  const signal = AbortSignal.timeout(evidenceMs);
  const saved = await saveEvidence(place, target, file, { ...options, signal }).catch(() => undefined);
  if (error instanceof CiError && saved !== undefined) error.evidence = saved;
  return error;
}

async function addFromOutside(
  bundle: Pack,
  place: Place,
  target: Target,
  { output }: EvidenceOptions,
): Promise<void> {
  const container = targetContainer(target);
  const watch = place.watch(container);
  const add = async (name: string, content: () => Promise<string>) =>
    bundle.entry({ name: join('outside', name), mode: 0o600 }, await content().catch(messageOf));
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  await add('output.log', async () => output ?? (await printed(watch)));
  await add('engine.json', async () => json((await place.facts()).details));
  await add('container.json', async () => {
    const state = await watch.state();
    return state === undefined ? `There is no such container: ${container.container}\n` : json(state.details);
  });
}

async function printed(watch: Watch): Promise<string> {
  const parts: Buffer[] = [];
  for await (const { data } of watch.output()) parts.push(data);
  return Buffer.concat(parts).toString();
}

async function addFromInside(
  bundle: Pack,
  place: Place,
  target: Target,
  { signal }: EvidenceOptions,
): Promise<void> {
  const tar = new PassThrough();
  const asked = nodeCommand(place, target, ['evidence'], {
    signal,
    onStdout: (data) => tar.write(data) || new Promise((resolve) => tar.once('drain', resolve)),
  }).then(
    () => void tar.end(),
    (error: Error) => void tar.destroy(error),
  );
  try {
    await copyEntries(tar, bundle);
  } catch (error) {
    bundle.entry({ name: 'inside-is-not-complete.txt', mode: 0o600 }, `${messageOf(error)}\n`);
  }
  await asked;
}

/** Each entry is read whole before it is passed on, so that a source that ends midway breaks no archive. */
async function copyEntries(tar: Readable, bundle: Pack): Promise<void> {
  const entries = extract();
  const copy = async () => {
    for await (const entry of entries) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      bundle.entry(entry.header, Buffer.concat(parts));
    }
  };
  await Promise.all([pipeline(tar, entries), copy()]);
}
