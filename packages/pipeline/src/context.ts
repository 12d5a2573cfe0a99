import { join } from 'node:path';
import { openPlace, type Place } from '@istio-ci/cluster-runner';
import {
  type Distribution,
  loadDistribution,
  type OverridesAsTyped,
  overridesAsTyped,
  type SettingFlags,
} from '@istio-ci/distribution';
import { type Operation, sha256 } from '@istio-ci/kit';
import type { Run } from '@istio-ci/report';
import { type Source, sourceOf } from './source/source.ts';

/** Options of a push. */
export interface ReleaseOptions {
  /** "No release" is an error. */
  readonly requireRelease?: boolean | undefined;
  /** A candidate may come from a tree with changes, under `<tag>-dirty`; a release never does. */
  readonly allowDirty?: boolean | undefined;
}

/** The context of one run on one distribution: every stage receives it. */
export interface RunContext extends Operation, ReleaseOptions {
  /** Where the run's session lives. */
  readonly place: Place;
  readonly distribution: Distribution;
  /** Names the session and, if the caller gave it, the candidate tag. */
  readonly buildTag: string;
  /** The source at the start of the run; absent if git reports nothing about it. */
  readonly source?: Source | undefined;
  /** Settings that overrode `istio-ci.yaml`. */
  readonly overrides?: OverridesAsTyped | undefined;
  /** Commands that reproduce this run, if the caller supplies them. */
  readonly reproduce?: readonly string[] | undefined;
  /**
   * False if the name was derived from the path. Later runs reuse it, so a push then generates a unique
   * candidate tag.
   */
  readonly named: boolean;
  /** The process whose end ends the session; without one, only the lease does. */
  readonly owner?: number | undefined;
  /** Receives each line that a stage prints; the stage's log in `out/logs/` has them too. */
  readonly output?: ((line: string) => void) | undefined;
  /** A Docker configuration file with the credentials for Push. */
  readonly credentials?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** True if this run ends with Push: whatever would stop a push is then checked before Build. */
  readonly pushes?: boolean | undefined;
}

/** What a stage reports in the summary and in `--json`. */
export type StageFacts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What a stage came to: facts worth showing and, after a push, the images for the record. */
export interface StageOutcome {
  readonly facts?: StageFacts | undefined;
  readonly images?: Run['images'] | undefined;
}

/** A stage takes what it needs from the context, does its work and reports. */
export type Stage = (context: RunContext) => Promise<StageOutcome | undefined>;

export interface RunRequest
  extends Omit<RunContext, 'place' | 'distribution' | 'source' | 'overrides' | 'buildTag' | 'named'> {
  readonly directory: string;
  readonly buildTag?: string | undefined;
  /** Options that override values of `istio-ci.yaml`. */
  readonly flags?: SettingFlags | undefined;
}

/**
 * The context of a run on the distribution in `directory`.
 * @throws {CiError} if the distribution is not valid or no engine answers
 */
export async function createRunContext(request: RunRequest): Promise<RunContext> {
  const { directory, buildTag, flags, ...rest } = request;
  const distribution = await loadDistribution(directory, { flags });
  return {
    ...rest,
    distribution,
    source: await sourceOf(distribution),
    overrides: overridesAsTyped(flags ?? {}, process.env),
    place: await openPlace(),
    buildTag: buildTag ?? defaultBuildTag(distribution),
    named: buildTag !== undefined,
  };
}

/**
 * The build's name if no BUILD_TAG is given. It depends on the workspace alone, so that stages run one by one
 * find the same session, and another checkout finds another.
 */
export function defaultBuildTag({ name, root }: Pick<Distribution, 'name' | 'root'>): string {
  return `${name}-${sha256(root).slice(0, 8)}`;
}

/** A place in the run's output folder, `out/` of the workspace. */
export function outPath({ distribution }: Pick<RunContext, 'distribution'>, ...parts: string[]): string {
  return join(distribution.root, 'out', ...parts);
}
