import type { KubernetesMinor } from '@istio-ci/kit';
import { type Bootstrapper, resolveImage } from '@istio-ci/pipeline';
import { type Command, Option } from 'commander';
import { kubernetesOption } from './kubernetes-option.ts';

/** The options that decide what a cluster is booted with: `up` takes one from the pool that was filled with the same. */
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
      'a registry that the cluster speaks to over plain HTTP (repeatable)',
      oneMore,
    )
    .option('--registry-mirror <url>', 'a pull-through mirror (repeatable)', oneMore)
    .option('--cert-san <name>', "one more name in the API server's certificate (repeatable)", oneMore)
    .option('--docker-tls', 'its Docker asks for a client certificate, and is published on loopback so')
    .option(
      '--publish-docker',
      'publish its Docker on loopback without certificates: every process of this machine is root in it',
    )
    .option(
      '--image <ref>',
      'an image of this engine that the cluster has from the start (repeatable)',
      oneMore,
    );
}

/** An option that is given once for each value: a list of them would swallow the argument that follows. */
function oneMore(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export const bootstrappers = ['native', 'minikube'] as const satisfies readonly Bootstrapper[];

/** `--bootstrapper`, also for commands that take no other option of these. */
export function bootstrapperOption(): Option {
  return new Option('--bootstrapper <name>', 'how Kubernetes is brought up')
    .choices(bootstrappers)
    .default('native');
}

/** `--privileged`, likewise. */
export function privilegedOption(): Option {
  return new Option('--privileged', 'run with --privileged instead of the list of capabilities');
}

/** What `--privileged` asks for, or that it was not given. */
export function privilegesOf({ privileged }: Pick<ClusterOptions, 'privileged'>) {
  return privileged ? ('privileged' as const) : undefined;
}

/** Those of them that say which image it is. */
export function imageOptions({
  kubernetes,
  bootstrapper,
}: Pick<ClusterOptions, 'kubernetes' | 'bootstrapper'>) {
  return { kubernetes, bootstrapper };
}

/** The options as a request for a cluster takes them. */
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
