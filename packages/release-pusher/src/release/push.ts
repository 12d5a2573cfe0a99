import { isAbsolute, relative, resolve } from 'node:path';
import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { type CredentialSource, type Credentials, secretsOf } from '../credentials/credential.ts';
import { loadCredentials } from '../credentials/load.ts';
import { sweepCredentials } from '../credentials/with-credentials.ts';
import type { ReleasePlan } from '../decision/plan.ts';
import { releaseErrors } from '../errors.ts';
import { type RegistryAccess, RegistryConnection } from '../registry/connection.ts';
import { parseRepository } from '../registry/reference.ts';
import { assertNoFindings, scanForSecrets } from '../secrets/scan.ts';
import { dryRun } from './dry-run.ts';
import { engineImages } from './engine-images.ts';
import { type Finishing, finish, recordingFailure, stateOf } from './finish.ts';
import { type Journal, journalFile, openJournal } from './journal.ts';
import { checkEngineImages, checkRights, checkTags, typicalImage, wantedTags } from './ladder.ts';
import { type Pusher, pushImages, type RunMakePush } from './push-images.ts';
import { removeReceipt } from './receipt.ts';
import type { Receipt } from './receipt-schema.ts';
import { type Facts, isSamePush, newRun, type ReleasedImage, type ReleaseRun } from './run.ts';

/** What finishing a push needs, and nothing of the build. */
export interface ResumeOptions extends Operation {
  readonly registry: RegistryAccess;
  readonly credentials: CredentialSource;
  /** Where the journal and `receipt.json` are. */
  readonly outDir: string;
  /** The workspace and further files that must hold no credential at the end. */
  readonly scan: readonly string[];
}

export interface PushOptions extends ResumeOptions {
  /** The engine that has the built images: the session's own. */
  readonly engine: Docker;
  readonly hubs: readonly string[];
  readonly plan: ReleasePlan;
  /** promote: the release tag goes on the tested digest. rebuild: a second make push, as in the article. */
  readonly mode: 'promote' | 'rebuild';
  readonly runMakePush: RunMakePush;
  readonly dryRun?: boolean | undefined;
  /** For the receipt: envoySha256, builderImage, … */
  readonly facts: Facts;
}

/**
 * Pushes what was tested, and releases it when the plan says so: candidates by the distribution's own push, then the
 * release tag on their digests. A push that was interrupted goes on where its journal ends.
 * @throws {CiError} with the codes of release.md F2; PARTIAL (exit 7) when a release is begun and not complete
 */
export async function push(options: PushOptions): Promise<Receipt> {
  const run = newRun(options.plan, options);
  const { credentials, registry } = await open(options, run.hubs);
  if (options.dryRun) {
    await scan(options, credentials, options.engine, run);
    return dryRun({ ...options, run, registry });
  }
  await using journal = await openJournal(options.outDir);
  await begin(journal, run, options.outDir);
  const work: Finishing = { ...options, registry, journal };
  // Awaited here: the journal closes when this function returns.
  return await recordingFailure(work, async () => {
    const begun = stateOf(journal).run.id === run.id;
    await pushFromBuild({ ...options, registry, credentials }, work, begun);
    await scan(options, credentials, options.engine, stateOf(journal).run);
    const receipt = await finish(work);
    await scan({ ...options, scan: [options.outDir] }, credentials);
    return receipt;
  });
}

/**
 * Finishes the push that was interrupted last, without an engine: its images are in the registry.
 * @throws {CiError} NOTHING_TO_RESUME; RESUME_NEEDS_BUILD when the images were not all pushed and verified
 */
export async function resumePush(options: ResumeOptions): Promise<Receipt> {
  await using journal = await openJournal(options.outDir);
  const { state } = journal;
  if (!state || state.done) throw releaseErrors.nothingToResume(journalFile(options.outDir));
  const { run, candidates, releaseImages } = state;
  if (!candidates || (run.releaseTag !== null && !releaseImages))
    throw releaseErrors.resumeNeedsBuild(run.candidateTag);
  const { credentials, registry } = await open(options, run.hubs);
  await journal.append({ event: 'resumed' });
  const work: Finishing = { ...options, registry, journal };
  // Awaited here: the journal closes when this function returns.
  return await recordingFailure(work, async () => {
    await scan(options, credentials);
    const receipt = await finish(work);
    await scan({ ...options, scan: [options.outDir] }, credentials);
    return receipt;
  });
}

/**
 * Holds, before anything is built, that the credentials are there and open every hub for pushing.
 * @throws {CiError} CREDS_*, PUSH_DENIED, PUSH_UNAVAILABLE
 */
export async function checkPushAccess(
  options: Pick<ResumeOptions, 'registry' | 'credentials' | 'scan'> &
    Operation & { readonly hubs: readonly string[]; readonly images?: readonly string[] },
): Promise<void> {
  const { registry } = await open(options, options.hubs);
  for (const hub of options.hubs)
    for (const image of options.images ?? [typicalImage])
      await registry.checkAccess(parseRepository(`${hub}/${image}`), 'push');
}

async function open(
  options: Pick<ResumeOptions, 'registry' | 'credentials' | 'scan'> & Operation,
  hubs: readonly string[],
): Promise<{ credentials: Credentials; registry: RegistryConnection }> {
  refuseInside(options.credentials, options.scan);
  await sweepCredentials();
  const hosts = [...new Set(hubs.map((hub) => parseRepository(hub).host))];
  const credentials = await loadCredentials(options.credentials, hosts, options);
  return { credentials, registry: new RegistryConnection(options.registry, credentials, options) };
}

function refuseInside(source: CredentialSource, folders: readonly string[]): void {
  if (source.kind !== 'file') return;
  for (const folder of folders) {
    const path = relative(resolve(folder), resolve(source.path));
    if (!path.startsWith('..') && !isAbsolute(path))
      throw releaseErrors.credsInWorkspace(source.path, folder);
  }
}

/** Goes on with the journal's push if it is this one; otherwise begins, unless a release was left half done. */
async function begin(journal: Journal, run: ReleaseRun, outDir: string): Promise<void> {
  const { state } = journal;
  if (state && !state.done && isSamePush(state.run, run)) return journal.append({ event: 'resumed' });
  if (state && !state.done && state.tagging && state.run.releaseTag === run.releaseTag)
    throw releaseErrors.unfinishedRelease(state.run.releaseTag ?? '', state.run.candidateTag);
  await removeReceipt(outDir);
  return journal.append({ event: 'run', run });
}

/** The pushes that need the engine, each done once in a journal's push. */
async function pushFromBuild(pusher: Pusher, work: Finishing, begun: boolean): Promise<void> {
  const { journal, registry } = work;
  const { run } = stateOf(journal);
  const [hub = ''] = run.hubs;
  if (!stateOf(journal).candidates) {
    const images = await engineImages(pusher.engine, hub, run.candidateTag);
    await checkRights(registry, run, images, work);
    // A candidate that this very push left half done may be replaced; nothing was released from it.
    const tags = begun ? [run.candidateTag] : [];
    await checkEngineImages(
      registry,
      run.hubs,
      images,
      run.releaseTag === null ? tags : [...tags, run.releaseTag],
    );
    await journal.append({
      event: 'candidates',
      images: await pushImages(pusher, hub, run.candidateTag, work),
    });
  }
  const { candidates = [], releaseImages } = stateOf(journal);
  if (run.releaseTag === null || releaseImages) return;
  const images = run.mode === 'promote' ? candidates : await pushAgain(pusher, work, run.releaseTag);
  await journal.append({ event: 'release-images', images: [...images] });
}

/** Mode rebuild: the article's second `make push`, under the release tag, which must be free or of this engine. */
async function pushAgain(pusher: Pusher, work: Finishing, releaseTag: string): Promise<ReleasedImage[]> {
  const { journal, registry } = work;
  const { run, candidates = [] } = stateOf(journal);
  const [hub = ''] = run.hubs;
  const built = await engineImages(pusher.engine, hub, releaseTag);
  await checkEngineImages(registry, run.hubs, built, [releaseTag]);
  const names = new Set(built.map(({ name, variant }) => name + variant));
  const unbuilt = candidates.filter(({ name, variant }) => !names.has(name + variant));
  await checkTags(registry, wantedTags(run.hubs, unbuilt, releaseTag));
  await journal.append({ event: 'tagging' });
  return pushImages(pusher, hub, releaseTag, work);
}

/** The last look: no credential in what is kept, nor in what was pushed. */
async function scan(options: ResumeOptions, credentials: Credentials, engine?: Docker, run?: ReleaseRun) {
  const tags = engine && run ? await engineImages(engine, run.hubs[0] ?? '', run.candidateTag) : [];
  const refs = tags.map(({ ref }) => ref);
  const images = engine ? { images: { engine, refs } } : {};
  assertNoFindings(await scanForSecrets(secretsOf(credentials), { paths: options.scan, ...images }, options));
}
