import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { type Credentials, secretsOf } from '../credentials/credential.ts';
import { assertNoFindings, scanForSecrets } from '../secrets/scan.ts';
import { engineImages } from './engine-images.ts';

/** The images of an engine that were pushed to a hub under some tags. */
interface PushedImages {
  readonly engine: Docker;
  readonly hub: string;
  readonly tags: readonly string[];
}

/** What the last look is at. */
export interface FinalScan extends Operation {
  readonly credentials: Credentials;
  readonly paths: readonly string[];
  readonly pushed?: PushedImages | undefined;
  /** What had gone wrong before this look. */
  readonly failure?: unknown;
}

/**
 * Holds that no credential is in what is kept, nor in what was pushed.
 * @throws {CiError} SECRET_LEAKED
 */
export async function finalScan({
  credentials,
  paths,
  pushed,
  failure,
  ...operation
}: FinalScan): Promise<void> {
  const images = pushed ? { images: { engine: pushed.engine, refs: await refsOf(pushed) } } : {};
  assertNoFindings(await scanForSecrets(secretsOf(credentials), { paths, ...images }, operation), failure);
}

async function refsOf({ engine, hub, tags }: PushedImages): Promise<string[]> {
  const images = await Promise.all(tags.map((tag) => engineImages(engine, hub, tag)));
  return images.flat().map(({ ref }) => ref);
}
