import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@istio-ci/kit';
import {
  atOnce,
  getManifest,
  imageFacts,
  isAttestation,
  parseManifest,
  parseRepository,
  platformName,
  type RegistryConnection,
  repositoryName,
} from '@istio-ci/registry';
import writeFileAtomic from 'write-file-atomic';
import type { PushState } from './journal-state.ts';
import type { PushRecord, ReleasedImage } from './push-record.ts';
import type { Receipt, ReceiptImage } from './receipt-schema.ts';
import { refOf } from './tag-conflicts.ts';

/** The receipt of a push as far as it got; without a registry, only what the journal knows. */
export async function makeReceipt(
  state: PushState,
  outcome: Receipt['outcome'],
  registry?: RegistryConnection,
): Promise<Receipt> {
  const images = await atOnce(imagesOf(state), async (image) => ({
    ...image,
    ...(registry ? await describe(registry, state.record, image) : unknownImage),
    locations: locationsOf(state, image),
  }));
  return receiptOf(state.record, { outcome, dryRun: false, images });
}

/** A receipt around its images. Pure but for the time. */
export function receiptOf(record: PushRecord, rest: Pick<Receipt, 'outcome' | 'dryRun' | 'images'>): Receipt {
  const { outcome, dryRun, images } = rest;
  return {
    schemaVersion: 1,
    outcome,
    dryRun,
    mode: record.mode,
    commit: record.commit,
    treeClean: record.treeClean,
    releaseTag: record.releaseTag,
    reason: record.reason,
    candidateTag: record.candidateTag,
    facts: record.facts,
    startedAt: record.startedAt,
    finishedAt: new Date().toISOString(),
    images,
  };
}

/**
 * Writes `receipt.json` by rename: readers see the old one or the new one. It is on disk when this returns.
 */
export async function writeReceipt(outDir: string, receipt: Receipt): Promise<void> {
  await writeFileAtomic(join(outDir, 'receipt.json'), `${JSON.stringify(receipt, null, 2)}\n`);
  await syncFolder(outDir);
}

/** Removes the receipt of an earlier push, so that nobody mistakes it for this one's. */
export async function removeReceipt(outDir: string): Promise<void> {
  await rm(join(outDir, 'receipt.json'), { force: true });
}

/** The facts about an image that only the registry knows, before it is asked. */
export const unknownImage = {
  mediaType: null,
  created: null,
  revision: null,
  platforms: [],
  attestations: [],
};

async function describe(registry: RegistryConnection, record: PushRecord, { name, digest }: ReleasedImage) {
  const repository = parseRepository(`${record.hubs[0]}/${name}`);
  const manifest = await getManifest(registry, repository, digest);
  const { children } = parseManifest(manifest, `${repositoryName(repository)}@${digest}`);
  const facts = await imageFacts(registry, repository, manifest);
  const own = facts ? [{ platform: platformName(facts), digest }] : [];
  const platforms = children
    .filter((child) => !isAttestation(child))
    .map((child) => ({ platform: platformName(child), digest: child.digest }));
  return {
    mediaType: manifest.mediaType,
    created: facts?.created ?? null,
    revision: facts?.revision ?? null,
    platforms: children.length > 0 ? platforms : own,
    attestations: children.filter(isAttestation).map((child) => child.digest),
  };
}

/** The released images; after them the candidates, where in mode rebuild they are others. */
function imagesOf({ releaseImages = [], candidates = [] }: PushState): ReleasedImage[] {
  const isReleased = ({ name, variant, digest }: ReleasedImage) =>
    releaseImages.some(
      (other) => other.name === name && other.variant === variant && other.digest === digest,
    );
  return [...releaseImages, ...candidates.filter((image) => !isReleased(image))];
}

/** The locations of an image, from the journal. Pure. */
function locationsOf(
  { record, tags }: PushState,
  { name, variant, digest }: ReleasedImage,
): ReceiptImage['locations'] {
  return record.hubs.map((hub) => {
    const repository = parseRepository(`${hub}/${name}`);
    const named = tagsOf(record).flatMap(({ tag, kind }) => {
      const done = tags.get(refOf({ repository, tag: `${tag}${variant}` }));
      return done?.digest === digest ? [{ tag: `${tag}${variant}`, kind, status: done.status }] : [];
    });
    return { registry: repository.host, repository: repositoryName(repository), tags: named };
  });
}

/** The tags that a record is about, candidate first. */
function tagsOf({ candidateTag, releaseTag, moving }: PushRecord) {
  return [
    { tag: candidateTag, kind: 'candidate' as const },
    ...(releaseTag === null ? [] : [{ tag: releaseTag, kind: 'release' as const }]),
    ...moving.map((tag) => ({ tag, kind: 'moving' as const })),
  ];
}
