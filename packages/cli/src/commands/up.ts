import { resolve } from 'node:path';
import {
  checkRequest,
  dockerRunArguments,
  downSession,
  openPlace,
  type Session,
  sessionKubeconfig,
  upSession,
  writeDockerCertificates,
} from '@istio-ci/cluster-runner';
import { cachePath, defaultBootstrapper, shellQuote } from '@istio-ci/kit';
import { kubeconfigFor, writeKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import type { Command } from 'commander';
import { clusterImage } from '../cluster-image.ts';
import {
  bootstrapperOption,
  type ClusterOptions,
  clusterOptions,
  clusterSettings,
  imageOptions,
  privilegedOption,
  privilegesOf,
} from '../cluster-options.ts';
import type { CliContext } from '../context.ts';
import { containerName } from '../given-name.ts';
import { kubernetesOption } from '../kubernetes-option.ts';
import { wholeNumber } from '../numbers.ts';
import { plainLines, print, withProgress } from '../output.ts';
import { addOutput, type OutputOptions } from '../view/choose.ts';
import { emit, withErrorEvent } from '../view/json.ts';

interface UpOptions extends ClusterOptions, OutputOptions {
  /** Minutes. */
  readonly lease: number;
  readonly owner?: number;
  readonly fromPool?: boolean;
  readonly refill?: boolean;
  readonly retainOnFailure?: boolean;
  readonly kubeconfig?: string;
  readonly dockerCerts?: string;
}

/** `up`: starts a session and waits until it is ready. */
export function addUp(root: Command, { signal }: CliContext): void {
  const up = root
    .command('up')
    .description(
      'Start a throw-away Kubernetes with its own Docker, wait until it is ready, and print how to use it.',
    );
  addOutput(clusterOptions(up))
    .argument('[name]', 'the session (default: a random one)')
    .option('--lease <minutes>', 'it ends after this time in any case', wholeNumber, 120)
    .option('--owner <pid>', 'it ends with this process', wholeNumber)
    .option('--from-pool', 'take a warm cluster from the pool (istio-ci pool fill)')
    .option('--refill', 'boot another cluster for the pool in the background')
    .option('--retain-on-failure', 'if it fails, keep what was made')
    .option('--kubeconfig <file>', 'write the kubeconfig to this file, for use from this machine')
    .option(
      '--docker-certs <folder>',
      'write the certificates for its Docker to this folder (implies --docker-tls)',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci up\n  istio-ci up acme --kubeconfig kubeconfig\n  istio-ci up --kubernetes 1.35\n  istio-ci up acme-7 --lease 30 --owner $$ --json\n  istio-ci pool fill 2 && istio-ci up --from-pool --refill',
    )
    .action(async (name: string | undefined, options: UpOptions) => {
      await withErrorEvent(options.json, async () => {
        const session = await start(name, options, signal);
        if (options.json) emit('session', { session });
        else print(options.quiet ? session.name : howToUse(session, options));
      });
    });
}

/** Starts the session, and writes its kubeconfig and certificates to the files that the options name. */
async function start(name: string | undefined, options: UpOptions, signal: AbortSignal) {
  const session = await withProgress(
    'cluster',
    async (progress) => {
      const wanted = {
        signal,
        progress,
        name,
        leaseSeconds: options.lease * 60,
        owner: options.owner,
        ...(await clusterSettings(options)),
        dockerTls: options.dockerTls ?? options.dockerCerts !== undefined,
        fromPool: options.fromPool,
        refill: options.refill,
        retainOnFailure: options.retainOnFailure,
        evidenceDir: cachePath('evidence'),
      };
      // Checked before the image, which may take minutes to compile: the name may be taken.
      await checkRequest({ ...wanted, place: await openPlace() });
      return upSession({
        ...(await clusterImage({ ...imageOptions(options), signal, progress })),
        ...wanted,
      });
    },
    { ...options, events: true },
  );
  try {
    await writeFiles(session, options);
  } catch (error) {
    // Without these files the caller cannot use the session, and would not end it.
    if (!options.retainOnFailure) await downSession(await openPlace(), session);
    throw error;
  }
  return session;
}

async function writeFiles(session: Session, { kubeconfig, dockerCerts }: UpOptions): Promise<void> {
  const place = await openPlace();
  if (kubeconfig !== undefined) {
    const text = kubeconfigFor('host', await sessionKubeconfig(place, session), session);
    await writeKubeconfig(kubeconfig, text);
  }
  if (dockerCerts !== undefined) await writeDockerCertificates(place, session, dockerCerts);
}

function howToUse(session: Session & { boot: { totalMs: number } }, options: UpOptions): string {
  const file = resolve(options.kubeconfig ?? 'kubeconfig');
  return [
    `${session.name} is ready with Kubernetes ${session.kubernetes}; the boot took ${(session.boot.totalMs / 1000).toFixed(1)} s.`,
    '',
    'From this machine:',
    ...(options.kubeconfig ? [] : [`  istio-ci kubeconfig ${session.name} -o ${shellQuote(file)}`]),
    `  export KUBECONFIG=${shellQuote(file)}`,
    `  ${dockerFromHere(session, options)}`,
    `From a container on the network ${session.network}:`,
    `  https://kubernetes:8443 and tcp://kubernetes:${session.dockerTls ? 2376 : 2375}`,
    'To remove it:',
    `  istio-ci down ${session.name}     (it ends by itself in ${options.lease} minutes)`,
  ].join('\n');
}

/**
 * The command that reaches the cluster's Docker: a variable if its port is published, otherwise `istio-ci
 * docker`.
 */
function dockerFromHere({ name, dockerHost, dockerTls }: Session, { dockerCerts }: UpOptions): string {
  if (dockerHost === undefined || (dockerTls && dockerCerts === undefined))
    return `istio-ci docker ${name} -- build -t acme/app:1 .`;
  const folder = dockerTls && dockerCerts && resolve(dockerCerts);
  const secured = folder ? ` DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${shellQuote(folder)}` : '';
  return `export DOCKER_HOST=${dockerHost}${secured}`;
}

/** `docker-run-args`: prints the arguments for starting the image by hand. */
export function addDockerRunArgs(root: Command, { signal }: CliContext): void {
  root
    .command('docker-run-args')
    .description(
      'Print the docker arguments that start a cluster by hand, with the privileges and volumes of a session.',
    )
    .argument('[name]', 'the container', containerName, 'istio-ci-by-hand')
    .addOption(kubernetesOption())
    .addOption(bootstrapperOption())
    .addOption(privilegedOption())
    .option('--foreground', 'run it in this terminal, with its logs, until it is stopped')
    .addHelpText(
      'after',
      '\nExamples:\n  eval "docker $(istio-ci docker-run-args acme)"\n  eval "docker $(istio-ci docker-run-args --foreground --bootstrapper minikube)"',
    )
    .action(
      async (
        name: string,
        options: Pick<ClusterOptions, 'bootstrapper' | 'kubernetes' | 'privileged'> & {
          foreground?: boolean;
        },
      ) => {
        const { bootstrapper, foreground } = options;
        const { image } = await clusterImage({ ...imageOptions(options), signal, progress: plainLines });
        const env = bootstrapper === defaultBootstrapper ? {} : { BOOTSTRAPPER: bootstrapper };
        const started = { image, name, env, foreground, privileges: privilegesOf(options) };
        print(dockerRunArguments(started).map(shellQuote).join(' '));
      },
    );
}
