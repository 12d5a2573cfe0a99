import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, repositoryRoot } from '@istio-ci/kit';
import type { TreeState } from '@istio-ci/release-pusher';
import { type Run, writeReport } from '@istio-ci/report';
import type { ChainResult, StageResult } from '../chain.ts';
import { outPath, type RunContext } from '../context.ts';
import type { Source } from '../source/source.ts';
import { bootRecord } from './boot.ts';
import { junitSuites } from './junit-suites.ts';
import { reproduceCommands } from './reproduce.ts';
import { type BootState, type EnvoyState, readState } from './state.ts';

/** How many of the last lines of a stage's log the record holds. */
const tailLines = 60;

/** The record of a run, made from its stages and what they left behind. */
async function runRecord(
  context: RunContext,
  results: readonly StageResult[],
  startedAt: Date,
): Promise<Run> {
  const { buildTag, distribution, place, source, dryRun } = context;
  const [boot, envoy, tree] = await Promise.all([
    readState<BootState>(context, 'boot'),
    readState<EnvoyState>(context, 'envoy'),
    readState<TreeState>(context, 'tree'),
  ]);
  const engineVersion = await place.facts().then(
    ({ version }) => version,
    () => undefined,
  );
  return {
    schemaVersion: 1,
    distribution: distribution.name,
    buildTag,
    result: runResult(results),
    ...(dryRun && results.some(({ stage }) => stage === 'push') ? { dryRun } : {}),
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    ...(source ? { git: gitRecord(source, tree) } : {}),
    versions: {
      istioCi: await ownVersion(),
      node: process.versions.node,
      ...(engineVersion === undefined ? {} : { engine: engineVersion }),
      ...(boot?.kubernetes === undefined ? {} : { kubernetes: boot.kubernetes }),
    },
    stages: await Promise.all(results.map((result) => stageRecord(context, result))),
    ...(boot ? { boot: bootRecord(boot, startedAt) } : {}),
    // If a stage before Test ran again, the JUnit files belong to tests that are no longer in the record.
    tests: hasRun(results, 'test') ? await junitSuites(outPath(context, 'junit')) : [],
    images: results.find(({ stage }) => stage === 'push')?.images ?? [],
    ...(envoy ? { envoy: { sha: envoy.sha, sha256: envoy.sha256, url: envoy.url } } : {}),
    reproduce: [...(context.reproduce ?? reproduceCommands(context, results.at(-1)?.stage ?? 'test'))],
  };
}

/** The result of a run: its record, the page made from it, and the error to end with. */
export interface Recorded {
  readonly run?: Run | undefined;
  readonly page?: string | undefined;
  readonly error?: unknown;
}

/**
 * Writes `out/run.json` and `out/report.html`. If that fails, the failure is returned only when no stage
 * failed. Never throws.
 */
export async function recordRun(
  context: RunContext,
  { results, error }: ChainResult,
  startedAt: Date,
): Promise<Recorded> {
  let run: Run | undefined;
  try {
    run = await runRecord(context, results, startedAt);
    return { run, page: (await writeReport(outPath(context), run)).page, error };
  } catch (fault) {
    return { run, ...withoutRecord(context, fault, error) };
  }
}

/** The result of a run whose record could not be written: the error of its stages, or else that failure. */
export function withoutRecord({ progress }: RunContext, fault: unknown, error: unknown): Recorded {
  if (error !== undefined) progress?.(`no report was written: ${messageOf(fault)}`);
  return { error: error ?? fault };
}

/** The result of the whole run. Pure. */
export function runResult(results: readonly StageResult[]): Run['result'] {
  const ended = results.find(({ result }) => result === 'failed' || result === 'interrupted');
  return ended === undefined ? 'passed' : ended.result === 'interrupted' ? 'interrupted' : 'failed';
}

function hasRun(results: readonly StageResult[], name: string): boolean {
  return results.some(({ stage, result }) => stage === name && result !== 'not run');
}

/**
 * The source at the start of the run. Check looks at the tree again, and what is built is what Check found.
 */
function gitRecord({ commit, branch, tags, dirty }: Source, tree?: TreeState): NonNullable<Run['git']> {
  return {
    commit,
    ...(branch === undefined ? {} : { branch }),
    tags: [...tags],
    dirty: dirty || tree?.clean === false,
  };
}

async function stageRecord(context: RunContext, result: StageResult): Promise<Run['stages'][number]> {
  const { stage: name, result: outcome, startSeconds, seconds, facts, error } = result;
  const path = join('logs', `${name}.log`);
  const text = await readFile(outPath(context, path), 'utf8').catch(() => undefined);
  const defined = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    name,
    result: outcome,
    seconds,
    facts: Object.fromEntries(defined) as Run['stages'][number]['facts'],
    ...(startSeconds === undefined ? {} : { startSeconds }),
    ...(error === undefined ? {} : { error }),
    ...(text === undefined ? {} : { log: { path, tail: text.trimEnd().split('\n').slice(-tailLines) } }),
  };
}

async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
