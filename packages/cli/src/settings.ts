import type { SettingFlags } from '@istio-ci/distribution';
import { bootstrappers, kubernetesMinors } from '@istio-ci/kit';
import { type Command, Option } from 'commander';

/** The options that override values of `istio-ci.yaml`, in the form that commander gives them. */
export interface SettingOptions {
  readonly hub?: string[];
  readonly fromPool?: boolean;
  readonly kubernetes?: string;
  readonly dockerTls?: boolean;
  readonly bootstrapper?: string;
}

/** Adds these options to a command. Each has an environment variable, too, for stages that run one by one. */
export function addSettings(command: Command): Command {
  return command
    .option('--hub <hubs...>', 'push to these instead of the hubs in istio-ci.yaml (or ISTIO_CI_HUB)')
    .option('--kubernetes <minor>', `${kubernetesMinors.join(', ')} (or ISTIO_CI_KUBERNETES)`)
    .option('--from-pool', 'take a warm cluster from the pool, if there is one (or ISTIO_CI_FROM_POOL=true)')
    .option(
      '--docker-tls',
      "the cluster's Docker requires a client certificate (or ISTIO_CI_DOCKER_TLS=true)",
    )
    .option(
      '--bootstrapper <name>',
      `how Kubernetes is brought up, ${bootstrappers.join(' or ')} (or ISTIO_CI_BOOTSTRAPPER)`,
    );
}

/** Picks the settings from the options of a command. */
export function flagsOf({
  hub,
  fromPool,
  kubernetes,
  dockerTls,
  bootstrapper,
}: SettingOptions): SettingFlags {
  return { hub, fromPool, kubernetes, dockerTls, bootstrapper };
}

/** `--distribution`, which is the same for every command. */
export function distributionOption(): Option {
  return new Option(
    '-d, --distribution <directory>',
    'the distribution: a directory with istio-ci.yaml',
  ).default(process.env.ISTIO_CI_DISTRIBUTION || '.', 'ISTIO_CI_DISTRIBUTION, or .');
}
