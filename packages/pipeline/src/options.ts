import { booleanVariable } from '@istio-ci/kit';
import type { RunRequest } from './context.ts';

/** Options of a run that variables can set. */
export type EnvironmentOptions = Pick<
  RunRequest,
  'buildTag' | 'credentials' | 'dryRun' | 'requireRelease' | 'allowDirty'
>;

/**
 * Reads the options of a run from the environment: `BUILD_TAG`, `ISTIO_CI_CREDENTIALS`, and yes or no in
 * `ISTIO_CI_DRY_RUN`, `ISTIO_CI_REQUIRE_RELEASE` and `ISTIO_CI_ALLOW_DIRTY`. An empty variable counts as
 * unset.
 * @throws {CiError} VARIABLE_INVALID
 */
export function optionsFromEnvironment(environment: NodeJS.ProcessEnv): EnvironmentOptions {
  return {
    buildTag: environment.BUILD_TAG || undefined,
    credentials: environment.ISTIO_CI_CREDENTIALS || undefined,
    dryRun: booleanVariable('ISTIO_CI_DRY_RUN', environment),
    requireRelease: booleanVariable('ISTIO_CI_REQUIRE_RELEASE', environment),
    allowDirty: booleanVariable('ISTIO_CI_ALLOW_DIRTY', environment),
  };
}
