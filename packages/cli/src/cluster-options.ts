import { type Bootstrapper, bootstrappers, defaultBootstrapper, type KubernetesMinor } from '@istio-ci/kit';
import { resolveImage } from '@istio-ci/pipeline';
import { type Command, Option } from 'commander';
import { kubernetesOption } from './kubernetes-option.ts';

/**
 * The options that decide how a cluster boots. `up --from-pool` takes a cluster that was filled with the same
 * ones.
 */
export interface ClusterOptions {
  readonly kubernetes: KubernetesMinor;
  readonly bootstrapper: Bootstrapper;
  readonly privileged?: boolean;
  readonly insecureRegistry?: string[];
  readonly registryMirror?: string[];
  readonly certSan?: string[];
  readonly dockerTls?: boolean;
  readonly publishDocker?: boolean;
  readonly image?: string[];
}

export function clusterOptions(command: Command): Command {
  return command
    .addOption(kubernetesOption())
    .addOption(bootstrapperOption())
    .addOption(privilegedOption())
    .option(
      '--insecure-registry <host>',
      'a registry that the cluster reaches over plain HTTP (repeatable)',
      oneMore,
    )
    .option('--registry-mirror <url>', 'a pull-through mirror (repeatable)', oneMore)
    .option('--cert-san <name>', "an additional name in the API server's certificate (repeatable)", oneMore)
    .option('--docker-tls', 'its Docker requires a client certificate, and is published on loopback')
    .option(
      '--publish-docker',
      'publish its Docker on loopback without certificates: every process on this machine is then root in it',
    )
    .option(
      '--image <ref>',
      'an image of this engine that the cluster has from the start (repeatable)',
      oneMore,
    );
}

/** Collects an option that is given once for each value. A list would swallow the argument that follows. */
function oneMore(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `--bootstrapper`, for commands that take none of the other options. */
export function bootstrapperOption(): Option {
  return new Option('--bootstrapper <name>', 'how Kubernetes is brought up')
    .choices(bootstrappers)
    .default(defaultBootstrapper);
}

/** `--privileged`, for commands that take none of the other options. */
export function privilegedOption(): Option {
  return new Option('--privileged', 'run with --privileged instead of the list of capabilities');
}

/** The privileges that `--privileged` asks for; undefined without it. */
export function privilegesOf({ privileged }: Pick<ClusterOptions, 'privileged'>) {
  return privileged ? ('privileged' as const) : undefined;
}

/** The options that decide the image. */
export function imageOptions({
  kubernetes,
  bootstrapper,
}: Pick<ClusterOptions, 'kubernetes' | 'bootstrapper'>) {
  return { kubernetes, bootstrapper };
}

/** The options in the form that a request for a cluster takes. */
export async function clusterSettings(options: ClusterOptions) {
  return {
    bootstrapper: options.bootstrapper,
    privileges: privilegesOf(options),
    insecureRegistries: options.insecureRegistry,
    registryMirrors: options.registryMirror,
    certSans: options.certSan,
    dockerTls: options.dockerTls,
    publishDocker: options.publishDocker,
    images: options.image && (await Promise.all(options.image.map((name) => resolveImage(name, options)))),
  };
}
