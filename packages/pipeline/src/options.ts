import { booleanVariable } from '@istio-ci/kit';
import type { RunRequest } from './context.ts';

/** What a run can be asked for by variables. */
export type EnvironmentOptions = Pick<
  RunRequest,
  'buildTag' | 'credentials' | 'dryRun' | 'requireRelease' | 'allowDirty'
>;

/**
 * What the environment asks of a run: `BUILD_TAG`, `ISTIO_CI_CREDENTIALS`, and yes or no in `ISTIO_CI_DRY_RUN`,
 * `ISTIO_CI_REQUIRE_RELEASE` and `ISTIO_CI_ALLOW_DIRTY`. A variable that is empty counts as none.
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
