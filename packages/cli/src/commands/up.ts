import { resolve } from 'node:path';
import {
  checkRequest,
  dockerRunArguments,
  downSession,
  type Session,
  sessionKubeconfig,
  upSession,
  writeDockerCertificates,
} from '@istio-ci/cluster-runner';
import { cachePath, requireEngine, shellQuote } from '@istio-ci/kit';
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

/** `up`: a session, ready to use. */
export function addUp(root: Command, { signal }: CliContext): void {
  const up = root
    .command('up')
    .description(
      'Start a throw-away Kubernetes with its own Docker, wait until everything is true, and print how to use it.',
    );
  addOutput(clusterOptions(up))
    .argument('[name]', 'the session (default: a random one)')
    .option('--lease <minutes>', 'it ends after this time, whatever happens', wholeNumber, 120)
    .option('--owner <pid>', 'it ends with this process', wholeNumber)
    .option('--from-pool', 'take a cluster that stands by (istio-ci pool fill)')
    .option('--refill', 'boot another one for the pool in the background')
    .option('--retain-on-failure', 'keep what was made when it fails, to look at')
    .option('--kubeconfig <file>', 'write the kubeconfig there, for use from this machine')
    .option('--docker-certs <folder>', 'write the certificates for its Docker there (with --docker-tls)')
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

/** Starts the session, and writes its kubeconfig and certificates where they are asked for. */
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
      // The image may have to be compiled first: nobody waits for that to be told that the name is taken.
      await checkRequest({ ...wanted, engine: await requireEngine() });
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
    // Whoever asked for them cannot use it without; nobody would end it.
    if (!options.retainOnFailure) await downSession(await requireEngine(), session);
    throw error;
  }
  return session;
}

async function writeFiles(session: Session, { kubeconfig, dockerCerts }: UpOptions): Promise<void> {
  const engine = await requireEngine();
  if (kubeconfig !== undefined) {
    const text = kubeconfigFor('host', await sessionKubeconfig(engine, session), session);
    await writeKubeconfig(kubeconfig, text);
  }
  if (dockerCerts !== undefined) await writeDockerCertificates(engine, session, dockerCerts);
}

function howToUse(session: Session & { boot: { totalMs: number } }, options: UpOptions): string {
  const file = resolve(options.kubeconfig ?? 'kubeconfig');
  return [
    `${session.name} is ready with Kubernetes ${session.kubernetes}: everything was true ${(session.boot.totalMs / 1000).toFixed(1)} s after its start.`,
    '',
    'From this machine:',
    ...(options.kubeconfig ? [] : [`  istio-ci kubeconfig ${session.name} -o ${shellQuote(file)}`]),
    `  export KUBECONFIG=${shellQuote(file)}`,
    `  ${dockerFromHere(session, options)}`,
    `From a container on the network ${session.network}:`,
    `  https://kubernetes:8443 and tcp://kubernetes:${session.dockerTls ? 2376 : 2375}`,
    'It ends:',
    `  istio-ci down ${session.name}     (by itself in ${options.lease} minutes)`,
  ].join('\n');
}

/** The line that reaches the cluster's Docker; without a published port our own command does. */
function dockerFromHere({ name, dockerHost, dockerTls }: Session, { dockerCerts }: UpOptions): string {
  if (dockerHost === undefined || (dockerTls && dockerCerts === undefined))
    return `istio-ci docker ${name} -- build -t acme/app:1 .`;
  const folder = dockerTls && dockerCerts && resolve(dockerCerts);
  const secured = folder ? ` DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${shellQuote(folder)}` : '';
  return `export DOCKER_HOST=${dockerHost}${secured}`;
}

/** `docker-run-args`: for people who start the image by hand. */
export function addDockerRunArgs(root: Command, { signal }: CliContext): void {
  root
    .command('docker-run-args')
    .description(
      "Print the docker arguments that start a cluster by hand, with a session's own privileges and volumes.",
    )
    .argument('[name]', 'the container', containerName, 'istio-ci-by-hand')
    .addOption(kubernetesOption())
    .addOption(bootstrapperOption())
    .addOption(privilegedOption())
    .option('--foreground', 'run it in this terminal, where its logs are shown, until it is stopped')
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
        const env = bootstrapper === 'native' ? {} : { BOOTSTRAPPER: bootstrapper };
        const started = { image, name, env, foreground, privileges: privilegesOf(options) };
        print(dockerRunArguments(started).map(shellQuote).join(' '));
      },
    );
}
