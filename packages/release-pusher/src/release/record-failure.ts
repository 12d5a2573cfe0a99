import { CiError, messageOf } from '@istio-ci/kit';
import { atOnce, headManifest } from '@istio-ci/registry';
import { releaseErrors } from '../errors.ts';
import { nextStep, type PushState } from './journal-state.ts';
import { makeReceipt, writeReceipt } from './receipt.ts';
import { refOf, wantedTags } from './tag-conflicts.ts';
import { type FinishWork, stateOf } from './work.ts';

/**
 * Runs a push and records its failure in the journal. Once release tags may be out, the error lists them and
 * says how to finish, and `receipt.json` says the same.
 */
export async function recordFailure<T>(work: FinishWork, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    const code = error instanceof CiError ? error.code : 'INTERRUPTED';
    await work.journal.append({ event: 'failed', code, message: messageOf(error) });
    if (await nothingOut(work, code)) await work.journal.append({ event: 'nothing-out' });
    const state = stateOf(work.journal);
    const { record, tagging, done } = state;
    const next = nextStep(state, work.resumeCommand);
    if (!tagging || done || record.releaseTag === null) {
      if (work.signal?.aborted && !done)
        work.progress?.(`stopped, and nothing is released. To go on: ${next}`);
      throw error;
    }
    await writeReceipt(work.outDir, await makeReceipt(state, 'partial'));
    if (work.signal?.aborted)
      work.progress?.(`stopped, with release ${record.releaseTag} partly out. Finish it: ${next}`);
    // These two say themselves that the release cannot be finished.
    if (work.signal?.aborted || code === 'REBUILD_CUT' || code === 'REBUILD_DIFFERS') throw error;
    throw releaseErrors.partial(record.releaseTag, tagTable(state), next, error);
  }
}

/** After these answers, no write to the registry can still be pending. */
const refusals = new Set(['TAG_CONFLICT', 'PUSH_DENIED', 'REGISTRY_REFUSED']);

/** True if a refusal ended the push and the registries have no release tag of it. */
async function nothingOut({ registry, journal }: FinishWork, code: string): Promise<boolean> {
  const { record, tagging, releaseImages = [] } = stateOf(journal);
  if (!tagging || record.releaseTag === null || !refusals.has(code)) return false;
  const wanted = wantedTags(record.hubs, releaseImages, record.releaseTag);
  const out = await atOnce(wanted, ({ repository, tag }) =>
    headManifest(registry, repository, tag).catch(() => 'unknown'),
  );
  return wanted.length > 0 && out.every((digest) => digest === undefined);
}

/** The state of each release tag. If a second `make push` was cut, only the names of its tags are known. */
function tagTable({ record, candidates = [], releaseImages, tags }: PushState): string {
  const unknown = releaseImages ? 'not written' : 'may be out';
  const rows = (tag: string, otherwise: string) =>
    wantedTags(record.hubs, releaseImages ?? candidates, tag).map(
      (wanted) => `  ${refOf(wanted)}  ${tags.get(refOf(wanted))?.status ?? otherwise}`,
    );
  const moving = record.moving.flatMap((tag) => rows(tag, 'not moved'));
  return [...rows(record.releaseTag ?? '', unknown), ...(releaseImages ? moving : [])].join('\n');
}
