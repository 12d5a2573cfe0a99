import type { ProgramContext } from '@istio-ci/kit';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEnvoy } from './commands/envoy.ts';
import { addImage } from './commands/image.ts';
import { addImages } from './commands/images.ts';
import { addInit } from './commands/init.ts';
import { addKubeconfig } from './commands/kubeconfig.ts';
import { addLogs } from './commands/logs.ts';
import { addPassThrough } from './commands/pass-through.ts';
import { addPool } from './commands/pool.ts';
import { addRelease } from './commands/release.ts';
import { addRun } from './commands/run.ts';
import { addSession } from './commands/session.ts';
import { addDockerRunArgs, addUp } from './commands/up.ts';
import { projectCommands } from './project-commands.ts';
import { createRoot } from './root.ts';

/** The whole command line of the product. */
export function createCommand(program: ProgramContext) {
  const commandLine = createRoot(program, [
    addDemo,
    addRun,
    addUp,
    addDockerRunArgs,
    addDoctor,
    addSession,
    addLogs,
    addKubeconfig,
    addPassThrough,
    addPool,
    addInit,
    addConfig,
    addImage,
    addImages,
    addEnvoy,
    addRelease,
    addCompletion,
  ]);
  commandLine.root
    .description(
      'A throw-away Kubernetes with its own Docker daemon in one container, and the pipeline that checks, builds, tests and pushes an Istio distribution on it.',
    )
    .addHelpText('after', `\n${projectLines()}\n\n${exitCodes}`);
  return commandLine;
}

function projectLines(): string {
  const lines = projectCommands.map(({ word, about }) => `  ${word.padEnd(8)} ${about}`);
  return `For this project itself (each with --help):\n${lines.join('\n')}`;
}

const exitCodes =
  'Exit codes: 0 done, 1 a stage or a test failed, 2 usage or configuration, 3 source tree, 4 could not fetch,\n5 integrity, 6 registry, 7 partly done, 8 cluster or engine, 130, 141 and 143 signals.';
