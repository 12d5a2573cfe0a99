import type { SettingFlags } from '@istio-ci/distribution';
import { kubernetesMinors } from '@istio-ci/kit';
import { type Command, Option } from 'commander';

/** The options that stand in the place of values of `istio-ci.yaml`, as commander gives them. */
export interface SettingOptions {
  readonly hub?: string[];
  readonly fromPool?: boolean;
  readonly kubernetes?: string;
  readonly dockerTls?: boolean;
  readonly bootstrapper?: string;
}

/** Adds those options to a command; each has a variable as well, for stages that run one by one. */
export function addSettings(command: Command): Command {
  return command
    .option('--hub <hubs...>', 'push there, and not to the hubs of istio-ci.yaml (or ISTIO_CI_HUB)')
    .option('--kubernetes <minor>', `${kubernetesMinors.join(', ')} (or ISTIO_CI_KUBERNETES)`)
    .option('--from-pool', 'take a cluster that stands by, if there is one (or ISTIO_CI_FROM_POOL=true)')
    .option('--docker-tls', "the cluster's Docker asks for a certificate (or ISTIO_CI_DOCKER_TLS=true)")
    .option(
      '--bootstrapper <name>',
      'how Kubernetes is brought up, native or minikube (or ISTIO_CI_BOOTSTRAPPER)',
    );
}

/** The options among those of a command that are settings. */
export function flagsOf({
  hub,
  fromPool,
  kubernetes,
  dockerTls,
  bootstrapper,
}: SettingOptions): SettingFlags {
  return { hub, fromPool, kubernetes, dockerTls, bootstrapper };
}

/** `--distribution`, which says the same in every command. */
export function distributionOption(): Option {
  return new Option(
    '-d, --distribution <directory>',
    'the distribution: a directory with istio-ci.yaml',
  ).default(process.env.ISTIO_CI_DISTRIBUTION || '.', 'ISTIO_CI_DISTRIBUTION, or .');
}
