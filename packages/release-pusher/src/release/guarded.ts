import { CiError } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { redactError } from '../secrets/redact-error.ts';
import type { Redactor } from '../secrets/redactor.ts';
import { finalScan } from './final-scan.ts';
import { type Finishing, recordingFailure, stateOf } from './finish.ts';
import { isInside, type Opened } from './open-registries.ts';
import type { Receipt } from './receipt-schema.ts';

/** Runs a part of a push; what it throws tells no credential. */
export async function withoutSecrets<T>(redactor: Redactor, part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (error) {
    throw redactError(error, redactor);
  }
}

/** Holds that the workspace, and what was pushed under these tags, have no credential in them. */
export type Scan = (...tags: readonly string[]) => Promise<void>;

/**
 * The frame of a push: its failure is noted, no error tells a credential, and none is left anywhere, whether the push
 * works or not. `steps` scans what is to be released before it is. Images are those of `engine`, where there is one.
 */
export async function guarded(
  work: Finishing & Opened,
  scanned: readonly string[],
  engine: Docker | undefined,
  steps: (scan: Scan) => Promise<Receipt>,
): Promise<Receipt> {
  const { hubs, candidateTag, releaseTag } = stateOf(work.journal).run;
  const everything = scanned.some((folder) => isInside(work.outDir, folder))
    ? scanned
    : [...scanned, work.outDir];
  const imagesOf = (tags: readonly string[]) => engine && { engine, hub: hubs[0] ?? '', tags };
  // Images are large: those that were looked at are not looked at again.
  const unseen = new Set([candidateTag, ...(releaseTag === null ? [] : [releaseTag])]);
  const scan: Scan = async (...tags) => {
    await finalScan({ ...work, paths: scanned, pushed: imagesOf(tags) });
    for (const tag of tags) unseen.delete(tag);
  };
  const whole = () =>
    recordingFailure(work, () =>
      withoutSecrets(work.redactor, async () => {
        const receipt = await steps(scan);
        await finalScan({ ...work, paths: [work.outDir] });
        return receipt;
      }),
    );
  const look = (failure: unknown) =>
    finalScan({ ...work, paths: everything, pushed: imagesOf([...unseen]), failure });
  return scannedOnFailure(whole, look, work.signal);
}

/**
 * Runs a push, and where it fails looks whether a credential is left anywhere: a failure leaves logs as well. An abort is
 * no time to look.
 * @throws {CiError} SECRET_LEAKED, with the failure as its cause
 */
async function scannedOnFailure<T>(
  push: () => Promise<T>,
  scan: (failure: unknown) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await push();
  } catch (failure) {
    if (signal?.aborted || isLeak(failure)) throw failure;
    await scan(failure).catch((found: unknown) => {
      // What hinders the look is less than what went wrong.
      if (isLeak(found)) throw found;
    });
    throw failure;
  }
}

function isLeak(error: unknown): boolean {
  return error instanceof CiError && error.code === 'SECRET_LEAKED';
}
