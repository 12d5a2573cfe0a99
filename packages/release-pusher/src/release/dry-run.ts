import { headManifest, parseRepository, type Repository, repositoryName } from '@istio-ci/registry';
import { beginning } from './begin.ts';
import type { ExpectedImage } from './expected-images.ts';
import { readJournal } from './journal.ts';
import { type LookAhead, lookAhead } from './look-ahead.ts';
import { tagsToMove } from './moving-tags.ts';
import type { PushRecord } from './push-record.ts';
import { receiptOf, unknownImage } from './receipt.ts';
import type { Receipt, ReceiptImage } from './receipt-schema.ts';
import { isOneOf } from './tag-conflicts.ts';

/** What a dry run needs. */
export interface DryRun extends LookAhead {
  readonly record: PushRecord;
  readonly outDir: string;
  readonly resumeCommand: string;
}

/**
 * Does everything that a push does except write: it checks the journal, rights, tags and conflicts, and
 * returns the receipt that the push would give for the images that it is expected to push. It writes to no
 * registry, journal or `receipt.json`.
 * @throws {CiError} what the push would throw before its first byte
 */
export async function dryRun(work: DryRun): Promise<Receipt> {
  const { registry, record, outDir } = work;
  const expected = await lookAhead(work, record, beginning(await readJournal(outDir), record, work));
  if (expected.length === 0)
    work.progress?.('neither the engine nor make --dry-run says which images make push would push');
  const moving = new Map<string, string[]>();
  for (const hub of record.hubs) moving.set(hub, await tagsToMove(registry, hub, record, expected));
  const images: ReceiptImage[] = [];
  for (const image of expected) images.push(await foresee(work, image, moving));
  return receiptOf(record, {
    outcome: record.releaseTag === null ? 'candidate' : 'released',
    dryRun: true,
    images,
  });
}

async function foresee(
  work: DryRun,
  { name, variant, identities }: ExpectedImage,
  moving: ReadonlyMap<string, readonly string[]>,
): Promise<ReceiptImage> {
  const { record } = work;
  const locations: ReceiptImage['locations'] = [];
  let digest = identities[0]?.digests[0] ?? null;
  for (const hub of record.hubs) {
    const repository = parseRepository(`${hub}/${name}`);
    const there = (tag: string) => ownDigest(work, repository, identities, `${tag}${variant}`);
    const candidate = await there(record.candidateTag);
    digest ??= candidate ?? null;
    const tags: ReceiptImage['locations'][number]['tags'] = [
      {
        tag: `${record.candidateTag}${variant}`,
        kind: 'candidate',
        status: candidate ? 'unchanged' : 'pushed',
      },
    ];
    if (record.releaseTag !== null) {
      const status = (await there(record.releaseTag)) ? 'unchanged' : 'pushed';
      tags.push({ tag: `${record.releaseTag}${variant}`, kind: 'release', status });
    }
    for (const tag of record.moving) {
      const status = moving.get(hub)?.includes(tag) ? ((await there(tag)) ? 'unchanged' : 'moved') : 'kept';
      tags.push({ tag: `${tag}${variant}`, kind: 'moving', status });
    }
    locations.push({ registry: repository.host, repository: repositoryName(repository), tags });
  }
  return { name, variant, digest, ...unknownImage, locations };
}

/** The digest under a tag, if that is one of the images that the push may push. */
async function ownDigest(
  { registry }: DryRun,
  repository: Repository,
  identities: ExpectedImage['identities'],
  tag: string,
): Promise<string | undefined> {
  const digest = await headManifest(registry, repository, tag);
  return digest !== undefined && (await isOneOf(registry, repository, identities, digest))
    ? digest
    : undefined;
}
