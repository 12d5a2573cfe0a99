import { type ExpectedImage, expectedImages } from './expected-images.ts';
import type { PushRecord } from './push-record.ts';
import { checkRights } from './rights.ts';
import { checkExpected } from './tag-conflicts.ts';
import type { PushWork } from './work.ts';

/**
 * What a push needs for its checks before the first byte. There is no journal in it, because a dry run has
 * none.
 */
export type LookAhead = Pick<PushWork, 'engine' | 'registry' | 'planMakePush' | 'signal' | 'progress'>;

/**
 * Everything that can be known before the first byte: the right to push, and the tags of the images that the
 * push is expected to push. A push that continues may overwrite its candidates: nothing was released from
 * them.
 * @throws {CiError} PUSH_DENIED, TAG_CONFLICT
 */
export async function lookAhead(
  { engine, registry, planMakePush, ...operation }: LookAhead,
  record: PushRecord,
  how: 'begin' | 'go on',
): Promise<ExpectedImage[]> {
  const { hubs, candidateTag, releaseTag } = record;
  const expected = await expectedImages(engine, hubs[0] ?? '', candidateTag, planMakePush);
  const certain = expected.filter(({ guessed }) => !guessed);
  const names = certain.map(({ name }) => name);
  await checkRights(registry, hubs, names, operation);
  if (how === 'begin') await checkExpected(registry, hubs, expected, candidateTag);
  // The digest of an image that is still to be built is unknown; its release tag is checked once it is built.
  const built = certain.filter(({ identities }) => identities.length > 0);
  if (releaseTag !== null) await checkExpected(registry, hubs, built, releaseTag);
  return certain;
}
