import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashSource } from '@istio-ci/envoy-fetcher';
import { messageOf, repositoryRoot } from '@istio-ci/kit';
import type { TreeState } from '@istio-ci/release-pusher';
import { type Run, writeReport } from '@istio-ci/report';
import { type BootState, bootRecord } from './boot-state.ts';
import type { ChainResult, StageResult } from './chain.ts';
import { outPath, type Pipeline } from './context.ts';
import { junitSuites } from './junit-suites.ts';
import { reproduceCommands } from './reproduce.ts';
import type { Source } from './source.ts';
import { readState } from './state.ts';

/** How many last lines of a stage's log the record holds. */
const tailLines = 60;

/** What the stage Envoy leaves in `out/state/`. */
export interface EnvoyState {
  readonly sha: string;
  readonly sha256: string;
  readonly url: string;
  /** Who vouches for its hash. */
  readonly hashSource: HashSource;
  /** What makes an unmodified Istio `make` use it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The record of a run, from its stages and what they left behind. */
async function runRecord(pipeline: Pipeline, results: readonly StageResult[], startedAt: Date): Promise<Run> {
  const { buildTag, distribution, engine, source, dryRun } = pipeline;
  const [boot, envoy, tree] = await Promise.all([
    readState<BootState>(pipeline, 'boot'),
    readState<EnvoyState>(pipeline, 'envoy'),
    readState<TreeState>(pipeline, 'tree'),
  ]);
  const engineVersion = await engine.version().then(
    ({ Version }) => Version,
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
    stages: await Promise.all(results.map((result) => stageRecord(pipeline, result))),
    ...(boot ? { boot: bootRecord(boot, startedAt) } : {}),
    // Stages before Test may be run again: what lies there then is of tests that the record no longer has.
    tests: hasRun(results, 'test') ? await junitSuites(outPath(pipeline, 'junit')) : [],
    images: dryRun ? [] : pushedImages(results),
    ...(envoy ? { envoy: { sha: envoy.sha, sha256: envoy.sha256, url: envoy.url } } : {}),
    reproduce: [...(pipeline.reproduce ?? reproduceCommands(pipeline, results.at(-1)?.stage ?? 'test'))],
  };
}

/** What came of a run: its record, the page made from it, and the error to end with. */
export interface Recorded {
  readonly run?: Run | undefined;
  readonly page?: string | undefined;
  readonly error?: unknown;
}

/**
 * Writes `out/run.json` and `out/report.html`. A fault in that never hides what ended a stage: it is the error only of a run
 * that had none. Never throws.
 */
export async function recordRun(
  pipeline: Pipeline,
  { results, error }: ChainResult,
  startedAt: Date,
): Promise<Recorded> {
  let run: Run | undefined;
  try {
    run = await runRecord(pipeline, results, startedAt);
    return { run, page: (await writeReport(outPath(pipeline), run)).page, error };
  } catch (fault) {
    return { run, ...withoutRecord(pipeline, fault, error) };
  }
}

/** What a run ends with whose record could not be written: what ended its stages, and else that fault. */
export function withoutRecord({ progress }: Pipeline, fault: unknown, error: unknown): Recorded {
  if (error !== undefined) progress?.(`there is no report: ${messageOf(fault)}`);
  return { error: error ?? fault };
}

/** What the whole run came to. Pure. */
export function runResult(results: readonly StageResult[]): Run['result'] {
  const ended = results.find(({ result }) => result === 'failed' || result === 'interrupted');
  return ended === undefined ? 'passed' : ended.result === 'interrupted' ? 'interrupted' : 'failed';
}

function hasRun(results: readonly StageResult[], name: string): boolean {
  return results.some(({ stage, result }) => stage === name && result !== 'not run');
}

/** The images in Push's facts, `<registry>/<name>:<tag>@<digest>`, taken apart. Pure. */
export function pushedImages(results: readonly StageResult[]): Run['images'] {
  const pushed = results.find(({ stage }) => stage === 'push')?.facts.pushed;
  if (!Array.isArray(pushed)) return [];
  return pushed.flatMap((ref: string) => {
    const [, where, name, tag, digest] = /^(.+)\/([^/:]+):([^:@]+)@(sha256:[0-9a-f]{64})$/.exec(ref) ?? [];
    return where && name && tag && digest ? [{ name, tag, digest, where }] : [];
  });
}

/** What the run began with; Check looks at the tree again, and what it builds is what it found then. */
function gitRecord({ commit, branch, tags, dirty }: Source, tree?: TreeState): NonNullable<Run['git']> {
  return {
    commit,
    ...(branch === undefined ? {} : { branch }),
    tags: [...tags],
    dirty: dirty || tree?.clean === false,
  };
}

async function stageRecord(pipeline: Pipeline, result: StageResult): Promise<Run['stages'][number]> {
  const { stage: name, result: outcome, startSeconds, seconds, facts, error } = result;
  const path = join('logs', `${name}.log`);
  const text = await readFile(outPath(pipeline, path), 'utf8').catch(() => undefined);
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
