import { CiError, type Operation } from '@istio-ci/kit';
import { secretsOf } from '@istio-ci/registry';
import type Docker from 'dockerode';
import { redactError } from '../secrets/redact-error.ts';
import type { Redactor } from '../secrets/redactor.ts';
import { assertNoFindings, scanForSecrets } from '../secrets/scan.ts';
import { engineImages } from './engine-images.ts';
import { isInside, type Opened } from './open-registries.ts';
import type { PushRecord } from './push-record.ts';
import type { Receipt } from './receipt-schema.ts';
import { recordFailure } from './record-failure.ts';
import { type FinishWork, stateOf } from './work.ts';

/** Checks that the workspace, and the images that were pushed under these tags, contain no credential. */
export type Scan = (...tags: readonly string[]) => Promise<void>;

/**
 * Runs the steps of a push so that no credential stays anywhere, whether the push succeeds or fails: failures
 * are recorded in the journal, errors are redacted, and a scan ends it. `steps` scans what is to be released
 * before it is. Images are those of `engine`, if there is one.
 */
export async function withFinalScan(
  work: FinishWork & Opened,
  scanned: readonly string[],
  engine: Docker | undefined,
  steps: (scan: Scan) => Promise<Receipt>,
): Promise<Receipt> {
  const { hubs, candidateTag, releaseTag } = stateOf(work.journal).record;
  const everything = scanned.some((folder) => isInside(work.outDir, folder))
    ? scanned
    : [...scanned, work.outDir];
  const imagesOf = (tags: readonly string[]) => engine && { engine, hub: hubs[0] ?? '', tags };
  // Images are large, so none is scanned twice.
  const unseen = new Set([candidateTag, ...(releaseTag === null ? [] : [releaseTag])]);
  const scan: Scan = async (...tags) => {
    await finalScan({ ...work, paths: scanned, pushed: imagesOf(tags) });
    for (const tag of tags) unseen.delete(tag);
  };
  const whole = () =>
    recordFailure(work, () =>
      withoutSecrets(work.redactor, async () => {
        const receipt = await steps(scan);
        await finalScan({ ...work, paths: [work.outDir] });
        return receipt;
      }),
    );
  const scanAll = (failure: unknown) =>
    finalScan({ ...work, paths: everything, pushed: imagesOf([...unseen]), failure });
  return scanOnFailure(whole, scanAll, work.signal);
}

/** Runs part of a push; its errors are redacted. */
export async function withoutSecrets<T>(redactor: Redactor, part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (error) {
    throw redactError(error, redactor);
  }
}

/** Scans the workspace and the candidates in the engine, for a dry run. @throws {CiError} SECRET_LEAKED */
export async function scanPushed(
  work: Opened & { readonly engine: Docker; readonly scan: readonly string[] },
  { hubs, candidateTag }: PushRecord,
): Promise<void> {
  const pushed = { engine: work.engine, hub: hubs[0] ?? '', tags: [candidateTag] };
  await finalScan({ ...work, paths: work.scan, pushed });
}

/**
 * Runs a push and, if it fails, scans for credentials: a failure leaves logs too. An abort leaves no time for
 * a scan.
 * @throws {CiError} SECRET_LEAKED, with the failure as its cause
 */
async function scanOnFailure<T>(
  push: () => Promise<T>,
  scan: (failure: unknown) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await push();
  } catch (failure) {
    if (signal?.aborted || isLeak(failure)) throw failure;
    await scan(failure).catch((found: unknown) => {
      // A failed scan must not hide the original error.
      if (isLeak(found)) throw found;
    });
    throw failure;
  }
}

function isLeak(error: unknown): boolean {
  return error instanceof CiError && error.code === 'SECRET_LEAKED';
}

interface FinalScan extends Operation, Pick<Opened, 'credentials'> {
  readonly paths: readonly string[];
  /** Images that the engine has for a hub under some tags. */
  readonly pushed?:
    | { readonly engine: Docker; readonly hub: string; readonly tags: readonly string[] }
    | undefined;
  /** What failed before this scan. */
  readonly failure?: unknown;
}

/** Checks that no credential is in the files or in the images. @throws {CiError} SECRET_LEAKED */
async function finalScan({ credentials, paths, pushed, failure, ...operation }: FinalScan): Promise<void> {
  const images = pushed ? { images: { engine: pushed.engine, refs: await refsOf(pushed) } } : {};
  assertNoFindings(await scanForSecrets(secretsOf(credentials), { paths, ...images }, operation), failure);
}

async function refsOf({ engine, hub, tags }: NonNullable<FinalScan['pushed']>): Promise<string[]> {
  const images = await Promise.all(tags.map((tag) => engineImages(engine, hub, tag)));
  return images.flat().map(({ ref }) => ref);
}
