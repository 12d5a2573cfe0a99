import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { distributionErrors } from './errors.ts';
import { parseConfig } from './parse.ts';
import { profiles } from './profiles.ts';
import { type DistributionConfig, type StageName, stageNames } from './schema.ts';
import { type Origin, overridesOf, type SettingFlags } from './settings.ts';

/** The file's name in a distribution. */
export const configFile = 'istio-ci.yaml';

/** A distribution with every default filled in. Paths are relative to `root`. */
export interface Distribution
  extends Omit<DistributionConfig, 'directory' | 'stages' | 'kubeconfig' | 'envoy' | 'name'> {
  /** The workspace: an absolute path. */
  readonly root: string;
  readonly name: string;
  readonly directory: string;
  /** True if the stages see the workspace as GOPATH. */
  readonly gopath: boolean;
  /** Variables that the profile sets for the stages. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<StageName, string>>;
  readonly kubeconfig: readonly string[];
  readonly envoy: DistributionConfig['envoy'] & { readonly install: readonly string[] };
}

/** Values that override the file: options, and variables of the environment (by default this process's). */
export interface Sources {
  readonly flags?: SettingFlags | undefined;
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** A distribution, and the origin of each value of its configuration; undefined for a default. */
export interface LoadedDistribution {
  readonly distribution: Distribution;
  readonly originOf: (path: readonly string[]) => Origin | undefined;
}

/**
 * Reads the distribution in a directory.
 * Without an `istio-ci.yaml` the profile follows from the directory: one with `src/istio.io/istio` is the
 * article's, one with `istio.deps` or a Makefile is modern.
 * @throws {CiError} DISTRIBUTION_MISSING, CONFIG_UNREADABLE, CONFIG_SYNTAX or CONFIG_INVALID
 */
export async function loadDistribution(directory: string, sources: Sources = {}): Promise<Distribution> {
  return (await loadWithOrigins(directory, sources)).distribution;
}

/** {@link loadDistribution}, with the origin of each value. */
export async function loadWithOrigins(directory: string, sources: Sources): Promise<LoadedDistribution> {
  const root = resolve(directory);
  const file = join(root, configFile);
  const overrides = overridesOf(sources.flags ?? {}, sources.environment ?? process.env);
  const exists = existsSync(file);
  const text = exists ? await readConfig(file) : `profile: '${detectProfile(root)}'`;
  const { config, originOf } = parseConfig(file, text, overrides);
  return {
    distribution: complete(root, config),
    originOf: (path) => {
      const origin = originOf(path);
      return origin?.kind === 'file' && !exists ? undefined : origin;
    },
  };
}

/**
 * What a run in a directory would use if it had no `istio-ci.yaml`.
 * @throws {CiError} DISTRIBUTION_MISSING
 */
export function distributionWithoutFile(directory: string): Distribution {
  const root = resolve(directory);
  return complete(root, parseConfig(root, `profile: '${detectProfile(root)}'`).config);
}

async function readConfig(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw distributionErrors.unreadable(file, cause);
  });
}

function detectProfile(root: string): DistributionConfig['profile'] {
  if (existsSync(join(root, profiles['0.5'].directory))) return '0.5';
  if (existsSync(join(root, 'istio.deps')) || existsSync(join(root, 'Makefile'))) return 'modern';
  throw distributionErrors.missing(root);
}

/** Fills in the profile's values that the configuration does not set. Pure. */
export function complete(root: string, config: DistributionConfig): Distribution {
  const profile = profiles[config.profile];
  const { dockerfile, workspace, deps, sha } = config.envoy;
  const pinned = [dockerfile, workspace, deps, sha].some((source) => source !== undefined);
  return {
    ...config,
    root,
    name:
      config.name ??
      (basename(root)
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .replace(/^-+/, '') ||
        'istio'),
    directory: config.directory ?? profile.directory,
    gopath: profile.gopath,
    variables: profile.variables,
    stages: Object.fromEntries(
      stageNames.map((name) => [name, config.stages[name] ?? `make ${name}`]),
    ) as Record<StageName, string>,
    kubeconfig: [...new Set(['kubeconfig', ...(config.kubeconfig ?? profile.kubeconfig)])],
    envoy: {
      ...config.envoy,
      ...(pinned ? {} : profile.pin),
      install: config.envoy.install ?? [...profile.install],
    },
  };
}
