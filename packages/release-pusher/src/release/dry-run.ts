import { headManifest } from '../registry/client.ts';
import { parseRepository, type Repository, repositoryName } from '../registry/reference.ts';
import { beginning } from './begin.ts';
import type { ExpectedImage } from './expected-images.ts';
import { readJournal } from './journal.ts';
import { isOneOf } from './ladder.ts';
import { tagsToMove } from './moving-tags.ts';
import { type LookAhead, lookAhead } from './push-build.ts';
import { receiptOf, unknownImage } from './receipt.ts';
import type { Receipt, ReceiptImage } from './receipt-schema.ts';
import type { ReleaseRun } from './run.ts';

/** What a dry run looks at. */
export interface DryRun extends LookAhead {
  readonly run: ReleaseRun;
  readonly outDir: string;
  readonly resumeCommand: string;
}

/**
 * Everything of a push but its writes: the journal, rights, tags, conflicts; the receipt that the push would give,
 * for the images that it is expected to push. Neither registry, journal nor `receipt.json` is written.
 * @throws {CiError} what the push would throw before its first byte
 */
export async function dryRun(work: DryRun): Promise<Receipt> {
  const { registry, run, outDir } = work;
  const expected = await lookAhead(work, run, beginning(await readJournal(outDir), run, work));
  if (expected.length === 0)
    work.progress?.('neither the engine nor make --dry-run tells which images make push would push');
  const moving = new Map<string, string[]>();
  for (const hub of run.hubs) moving.set(hub, await tagsToMove(registry, hub, run, expected));
  const images: ReceiptImage[] = [];
  for (const image of expected) images.push(await foresee(work, image, moving));
  return receiptOf(run, {
    outcome: run.releaseTag === null ? 'candidate' : 'released',
    dryRun: true,
    images,
  });
}

async function foresee(
  work: DryRun,
  { name, variant, identities }: ExpectedImage,
  moving: ReadonlyMap<string, readonly string[]>,
): Promise<ReceiptImage> {
  const { run } = work;
  const locations: ReceiptImage['locations'] = [];
  let digest = identities[0]?.digests[0] ?? null;
  for (const hub of run.hubs) {
    const repository = parseRepository(`${hub}/${name}`);
    const there = (tag: string) => ownDigest(work, repository, identities, `${tag}${variant}`);
    const candidate = await there(run.candidateTag);
    digest ??= candidate ?? null;
    const tags: ReceiptImage['locations'][number]['tags'] = [
      { tag: `${run.candidateTag}${variant}`, kind: 'candidate', status: candidate ? 'unchanged' : 'pushed' },
    ];
    if (run.releaseTag !== null) {
      const status = (await there(run.releaseTag)) ? 'unchanged' : 'pushed';
      tags.push({ tag: `${run.releaseTag}${variant}`, kind: 'release', status });
    }
    for (const tag of run.moving) {
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
