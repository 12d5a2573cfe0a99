import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { CredentialSource } from '../credentials/credential.ts';
import type { ReleasePlan } from '../decision/plan.ts';
import type { RegistryAccess } from '../registry/connection.ts';
import { begin, resumable } from './begin.ts';
import { dryRun } from './dry-run.ts';
import type { PlanMakePush } from './expected-images.ts';
import { finalScan } from './final-scan.ts';
import { finish } from './finish.ts';
import { guarded, withoutSecrets } from './guarded.ts';
import { openJournal, readJournal } from './journal.ts';
import { openRegistries } from './open-registries.ts';
import { pushAgain, pushCandidates } from './push-build.ts';
import type { RunMakePush } from './push-images.ts';
import type { Receipt } from './receipt-schema.ts';
import { checkRights } from './rights.ts';
import { type Facts, newRun, type ReleaseRun } from './run.ts';

/** What finishing a push needs, and nothing of the build. */
export interface ResumeOptions extends Operation {
  readonly registry: RegistryAccess;
  readonly credentials: CredentialSource;
  /** Where the journal and `receipt.json` are. */
  readonly outDir: string;
  /** What the user types to finish this push when it is interrupted. */
  readonly resumeCommand: string;
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
  readonly planMakePush?: PlanMakePush | undefined;
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
  const opened = await openRegistries(options, run.hubs);
  const { engine } = options;
  if (options.dryRun)
    return withoutSecrets(opened.redactor, async () => {
      const pushed = { engine, hub: run.hubs[0] ?? '', tags: [run.candidateTag] };
      await finalScan({ ...opened, paths: options.scan, pushed });
      return dryRun({ ...options, ...opened, run });
    });
  await using journal = await openJournal(options.outDir);
  const how = await begin(journal, run, options);
  const work = { ...options, ...opened, journal };
  return await guarded(work, options.scan, engine, async (scan) => {
    const pusher = { ...options, ...opened };
    await pushCandidates(pusher, work, how);
    await scan(run.candidateTag);
    if (await pushAgain(pusher, work)) await scan(run.releaseTag ?? '');
    return finish(work);
  });
}

/**
 * The push that {@link resumePush} would finish, without taking the journal.
 * @throws {CiError} NOTHING_TO_RESUME, RESUME_NEEDS_BUILD, JOURNAL_BROKEN
 */
export async function resumableRun(outDir: string): Promise<ReleaseRun> {
  return resumable(await readJournal(outDir), outDir).run;
}

/**
 * Finishes the push that was interrupted last, without an engine: its images are in the registry.
 * @throws {CiError} NOTHING_TO_RESUME; RESUME_NEEDS_BUILD when the images were not all pushed and verified
 */
export async function resumePush(options: ResumeOptions): Promise<Receipt> {
  await using journal = await openJournal(options.outDir);
  const { run } = resumable(journal.state, options.outDir);
  const opened = await openRegistries(options, run.hubs);
  await journal.append({ event: 'resumed' });
  const work = { ...options, ...opened, journal };
  return await guarded(work, options.scan, undefined, async (scan) => {
    await scan();
    return finish(work);
  });
}

/**
 * Holds, before anything is built, that the credentials are there and open every hub for pushing, for each of the images
 * where it is known which they will be.
 * @throws {CiError} CREDS_*, PUSH_DENIED, PUSH_UNAVAILABLE
 */
export async function checkPushAccess(
  options: Pick<ResumeOptions, 'registry' | 'credentials' | 'scan'> &
    Operation & { readonly hubs: readonly string[]; readonly images?: readonly string[] },
): Promise<void> {
  const { registry, ...operation } = await openRegistries(options, options.hubs);
  await checkRights(registry, options.hubs, options.images ?? [], operation);
}
