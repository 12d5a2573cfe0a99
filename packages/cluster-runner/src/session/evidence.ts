import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CiError, messageOf, type Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { extract, type Pack, pack } from 'tar-stream';
import { containerOutput } from '../engine/logs.ts';
import { errors } from '../errors.ts';
import { nodeCommand, type Target } from './node.ts';

export interface EvidenceOptions extends Operation {
  /** What the container printed, where it may be gone and its log with it. */
  readonly output?: string;
}

/** Milliseconds that collecting evidence may take where something has failed already. */
const evidenceMs = 15_000;

/**
 * Writes what explains a cluster's state into one .tgz, for this user alone: from inside component logs, events,
 * descriptions, pod logs, the inner Docker's state, the boot timeline; from outside what the engine knows of the
 * container. What cannot be had is not missing: its entry says why. The file appears by rename, whole.
 * @throws {CiError} EVIDENCE_NOT_WRITABLE
 */
export async function saveEvidence(
  engine: Docker,
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
    const added = addFromOutside(bundle, engine, target, options)
      .then(() => addFromInside(bundle, engine, target, options))
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
    throw errors.evidenceNotWritable(file, error);
  }
}

/**
 * The same where something failed: it takes no longer than 15 s, never fails itself, and lets the error name the file.
 * @returns `error`
 */
export async function withEvidence<T>(
  error: T,
  engine: Docker,
  target: Target,
  file: string,
  options: Omit<EvidenceOptions, 'signal'> = {},
): Promise<T> {
  options.progress?.('collecting evidence');
  const signal = AbortSignal.timeout(evidenceMs);
  const saved = await saveEvidence(engine, target, file, { ...options, signal }).catch(() => undefined);
  if (error instanceof CiError && saved !== undefined) error.evidence = saved;
  return error;
}

async function addFromOutside(
  bundle: Pack,
  engine: Docker,
  target: Target,
  { output }: EvidenceOptions,
): Promise<void> {
  const container = engine.getContainer(typeof target === 'string' ? target : target.container);
  const add = async (name: string, content: () => Promise<string>) =>
    bundle.entry({ name: join('outside', name), mode: 0o600 }, await content().catch(messageOf));
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  await add('output.log', async () => output ?? (await containerOutput(container)));
  await add('engine.json', async () => json(await engine.info()));
  await add('container.json', async () => {
    // Not its environment: a proxy's address may hold a password.
    const { State, HostConfig, Mounts, NetworkSettings, Image } = await container.inspect();
    return json({ State, HostConfig, Mounts, NetworkSettings, Image });
  });
}

async function addFromInside(
  bundle: Pack,
  engine: Docker,
  target: Target,
  { signal }: EvidenceOptions,
): Promise<void> {
  const tar = new PassThrough();
  const asked = nodeCommand(engine, target, ['evidence'], {
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

/** Each entry is read whole before it is passed on: a source that ends midway spoils no archive. */
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
