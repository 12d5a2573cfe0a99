import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { type Credentials, secretsOf } from '../credentials/credential.ts';
import { assertNoFindings, scanForSecrets } from '../secrets/scan.ts';
import { engineImages } from './engine-images.ts';
import type { ReleaseRun } from './run.ts';

/** What the last look is at. */
export interface FinalScan extends Operation {
  readonly credentials: Credentials;
  readonly paths: readonly string[];
  /** The engine that has the pushed images, where there still is one. */
  readonly pushed?: { readonly engine: Docker; readonly run: ReleaseRun } | undefined;
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

/** The images of both pushes in mode rebuild; otherwise there is one, and the engine has nothing under the other tag. */
async function refsOf({ engine, run }: NonNullable<FinalScan['pushed']>): Promise<string[]> {
  const tags = run.releaseTag === null ? [run.candidateTag] : [run.candidateTag, run.releaseTag];
  const images = await Promise.all(tags.map((tag) => engineImages(engine, run.hubs[0] ?? '', tag)));
  return images.flat().map(({ ref }) => ref);
}
