import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dockerClient, runInSession, type Session } from '@istio-ci/cluster-runner';
import { imageRef } from '@istio-ci/image-builder';
import { cachePath, hostCaBundle } from '@istio-ci/kit';
import type { Redactor } from '@istio-ci/release-pusher';
import { requireSession } from '../cluster/session.ts';
import { outPath, type RunContext } from '../context.ts';
import { gitTop } from '../source/git-top.ts';
import { builderEnvironment } from './environment.ts';
import { builderMounts } from './mounts.ts';

export interface BuilderRequest {
  /** Run with `sh -c`, in the directory that the distribution's profile names. */
  readonly command: string;
  /** The name of the log below `out/logs/`. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further paths on this machine that the command may read, such as the credentials during Push. */
  readonly readOnly?: readonly string[];
  /** Write the output to the log only: for probes. */
  readonly quiet?: boolean;
  /** Also receives each line. */
  readonly onLine?: (line: string) => unknown;
  /** Redacts secrets that the command can read, before its output is kept or shown. */
  readonly redactor?: Redactor | undefined;
}

export interface BuilderResult {
  readonly exitCode: number;
  readonly log: string;
  /** The last lines of its output, for an error to choose from. */
  readonly tail: readonly string[];
}

/** How many of the last lines are kept in memory: a failed test may be reported far above the end. */
const tailLength = 500;

/**
 * Runs a command of the distribution in a builder container on the session's network: as the caller's user,
 * in the article's environment, with the workspace at its own path. A non-zero exit is a result, not an
 * error.
 */
export async function runInBuilder(context: RunContext, request: BuilderRequest): Promise<BuilderResult> {
  const { distribution, place, signal } = context;
  const session = await requireSession(context);
  const docker = await dockerClient(place, session);
  const logFile = outPath(context, 'logs', `${request.log}.log`);
  await mkdir(dirname(logFile), { recursive: true });
  const file = createWriteStream(logFile);
  const log = request.redactor?.stream() ?? file;
  if (log !== file) log.pipe(file);
  const tail: string[] = [];
  try {
    const { exitCode } = await runInSession(place, session, {
      image: await imageRef('jenkins-build', distribution.cluster),
      command: ['sh', '-c', request.command],
      user: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      workdir: join(distribution.root, distribution.directory),
      env: await environmentOf(context, request, session, docker.env),
      files: docker.files,
      mounts: await mountsOf(context, request),
      log,
      ...(signal === undefined ? {} : { signal }),
      onLine: (text) => {
        const line = request.redactor?.text(text) ?? text;
        tail.push(line);
        if (tail.length > tailLength) tail.shift();
        if (!request.quiet) context.output?.(line);
        request.onLine?.(line);
      },
    });
    return { exitCode, log: logFile, tail };
  } finally {
    log.end();
    await once(file, 'close');
  }
}

async function environmentOf(
  context: RunContext,
  request: BuilderRequest,
  { services }: Session,
  docker: Readonly<Record<string, string>>,
) {
  const { distribution, buildTag } = context;
  return builderEnvironment(distribution, {
    buildTag,
    baseImage: distribution.cluster.images.includes('base') ? await imageRef('base') : undefined,
    extraCa: (await hostCaBundle()) !== undefined,
    docker,
    services: services.map(({ name }) => name),
    ...(request.env === undefined ? {} : { extra: request.env }),
  });
}

async function mountsOf({ distribution }: RunContext, { readOnly }: BuilderRequest) {
  const caches = { build: cachePath('go-build'), modules: cachePath('go-mod') };
  for (const folder of Object.values(caches)) await mkdir(folder, { recursive: true });
  return builderMounts({
    top: await gitTop(distribution.root),
    caches,
    ca: await hostCaBundle(),
    readOnly,
  });
}
