import { join } from 'node:path';
import {
  type Distribution,
  loadDistribution,
  type OverridesAsTyped,
  overridesAsTyped,
  type SettingFlags,
} from '@istio-ci/distribution';
import { type Operation, requireEngine, sha256 } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { type Source, sourceOf } from './source.ts';

/** What the caller wants of a push. */
export interface ReleaseWishes {
  /** "No release" is an error. */
  readonly requireRelease?: boolean | undefined;
  /** A candidate may come from a tree with changes, under `<tag>-dirty`; a release never does. */
  readonly allowDirty?: boolean | undefined;
}

/** What every stage is given: one run on one distribution. */
export interface Pipeline extends Operation, ReleaseWishes {
  readonly engine: Docker;
  readonly distribution: Distribution;
  /** Names the session and, where the caller gave it, the candidate tag. */
  readonly buildTag: string;
  /** The source as it was when the run began; absent where git tells nothing of it. */
  readonly source?: Source | undefined;
  /** What stood in the place of values of the distribution's file. */
  readonly overrides?: OverridesAsTyped | undefined;
  /** What does the run again, where the caller knows better. */
  readonly reproduce?: readonly string[] | undefined;
  /** False where the name is only ours: a push then makes a candidate tag of its own, since ours is used again. */
  readonly named: boolean;
  /** The process whose death ends the session; without one the lease alone does. */
  readonly owner?: number | undefined;
  /** Gets each line that a stage prints, besides the stage's log in `out/logs/`. */
  readonly output?: ((line: string) => void) | undefined;
  /** What earlier stages of this process found out; a stage in a process of its own finds it out again. */
  readonly credentials?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** True when this run is to end with Push, so that what would stop it is looked for before Build. */
  readonly pushes?: boolean | undefined;
}

/** What a stage tells about itself in the summary and in `--json`. */
export type StageFacts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A stage: finds what it needs by the context, does its work, and tells facts worth showing. */
export type Stage = (pipeline: Pipeline) => Promise<StageFacts | undefined>;

export interface PipelineRequest
  extends Omit<Pipeline, 'engine' | 'distribution' | 'source' | 'overrides' | 'buildTag' | 'named'> {
  readonly directory: string;
  readonly buildTag?: string | undefined;
  /** Options that stand in the place of values of `istio-ci.yaml`. */
  readonly flags?: SettingFlags | undefined;
}

/**
 * The context of a run on the distribution in `directory`.
 * @throws {CiError} when the distribution is not valid or no engine answers
 */
export async function createPipeline(request: PipelineRequest): Promise<Pipeline> {
  const { directory, buildTag, flags, ...rest } = request;
  const distribution = await loadDistribution(directory, { flags });
  return {
    ...rest,
    distribution,
    source: await sourceOf(distribution),
    overrides: overridesAsTyped(flags ?? {}, process.env),
    engine: await requireEngine(),
    buildTag: buildTag ?? defaultBuildTag(distribution),
    named: buildTag !== undefined,
  };
}

/**
 * The build's name where no BUILD_TAG is given: the same for every stage of one workspace, so that stages run one
 * by one find the same session, and another checkout finds its own.
 */
function defaultBuildTag({ name, root }: Distribution): string {
  return `${name}-${sha256(root).slice(0, 8)}`;
}

/** A place in the run's output folder, `out/` of the workspace. */
export function outPath({ distribution }: Pick<Pipeline, 'distribution'>, ...parts: string[]): string {
  return join(distribution.root, 'out', ...parts);
}
