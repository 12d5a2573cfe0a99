import { defaultKubernetes, kubernetesMinors } from '@istio-ci/kit';
import { Option } from 'commander';

/**
 * `--kubernetes`, for commands that need no distribution. Commander refuses a version that we do not build.
 */
export function kubernetesOption(): Option {
  return new Option('--kubernetes <minor>', 'version of Kubernetes')
    .choices(kubernetesMinors)
    .default(defaultKubernetes);
}
