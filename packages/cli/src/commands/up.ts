import { dockerRunArguments, type Session, sessionKubeconfig, upSession } from '@istio-ci/cluster-runner';
import { cachePath, requireEngine } from '@istio-ci/kit';
import { kubeconfigFor, writeKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import { resolveImage } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import { clusterImage } from '../cluster-image.ts';
import type { CliContext } from '../command.ts';
import { wholeNumber } from '../numbers.ts';
import { plainLines, print, printJson, withProgress } from '../output.ts';

interface UpOptions {
  /** Minutes. */
  readonly lease: number;
  readonly owner?: number;
  readonly privileged?: boolean;
  readonly insecureRegistry?: string[];
  readonly registryMirror?: string[];
  readonly certSan?: string[];
  readonly image?: string[];
  readonly fromPool?: boolean;
  readonly retainOnFailure?: boolean;
  readonly kubeconfig?: string;
  readonly json?: boolean;
}

/** `up`: a session, ready to use. */
export function addUp(root: Command, { signal }: CliContext): void {
  root
    .command('up')
    .description(
      'Start a throw-away Kubernetes with its own Docker, wait until everything is true, and print how to use it.',
    )
    .argument('[name]', 'the session (default: a random one)')
    .option('--lease <minutes>', 'it ends after this time, whatever happens', wholeNumber, 120)
    .option('--owner <pid>', 'it ends with this process', wholeNumber)
    .option('--privileged', 'run with --privileged instead of the list of capabilities')
    .option('--insecure-registry <hosts...>', 'registries that the cluster speaks to over plain HTTP')
    .option('--registry-mirror <urls...>', 'pull-through mirrors')
    .option('--cert-san <names...>', "further names in the API server's certificate")
    .option('--image <refs...>', 'images of this engine that the cluster has from the start')
    .option('--from-pool', 'take a cluster that stands by (istio-ci pool fill)')
    .option('--retain-on-failure', 'keep what was made when it fails, to look at')
    .option('--kubeconfig <file>', 'write the kubeconfig there, for use from this machine')
    .option('--json', 'print the session as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci up\n  istio-ci up acme --kubeconfig kubeconfig\n  istio-ci up acme-7 --lease 30 --owner $$ --json',
    )
    .action(async (name: string | undefined, options: UpOptions) => {
      const session = await withProgress(
        'cluster',
        async (progress) =>
          upSession({
            ...(await clusterImage({ signal, progress })),
            signal,
            progress,
            name,
            leaseSeconds: options.lease * 60,
            owner: options.owner,
            privileges: options.privileged ? 'privileged' : undefined,
            insecureRegistries: options.insecureRegistry,
            registryMirrors: options.registryMirror,
            certSans: options.certSan,
            images: options.image && (await Promise.all(options.image.map(resolveImage))),
            fromPool: options.fromPool,
            retainOnFailure: options.retainOnFailure,
            evidenceDir: cachePath('evidence'),
          }),
        options,
      );
      if (options.kubeconfig) {
        await writeKubeconfig(
          options.kubeconfig,
          kubeconfigFor('host', await sessionKubeconfig(await requireEngine(), session), session),
        );
      }
      if (options.json) printJson(session);
      else print(howToUse(session, options));
    });
}

function howToUse(session: Session & { boot: { totalMs: number } }, options: UpOptions): string {
  const file = options.kubeconfig ?? 'kubeconfig';
  return [
    `${session.name} is ready: everything was true ${(session.boot.totalMs / 1000).toFixed(1)} s after its start.`,
    '',
    'From this machine:',
    ...(options.kubeconfig ? [] : [`  istio-ci kubeconfig ${session.name} -o ${file}`]),
    `  export KUBECONFIG=$PWD/${file} DOCKER_HOST=${session.dockerHost}`,
    `From a container on the network ${session.network}:`,
    '  https://kubernetes:8443 and tcp://kubernetes:2375',
    'It ends:',
    `  istio-ci down ${session.name}     (by itself in ${options.lease} minutes)`,
  ].join('\n');
}

/** `docker-run-args`: for people who start the image by hand. */
export function addDockerRunArgs(root: Command, { signal }: CliContext): void {
  root
    .command('docker-run-args')
    .description(
      "Print the docker arguments that start a cluster by hand, with a session's own privileges and volumes.",
    )
    .argument('[name]', 'the container', 'istio-ci-by-hand')
    .addHelpText('after', '\nExample:\n  docker $(istio-ci docker-run-args acme)')
    .action(async (name: string) => {
      const { image } = await clusterImage({ signal, progress: plainLines });
      print(dockerRunArguments({ image, name }).join(' '));
    });
}
