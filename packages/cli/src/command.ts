import type { ProgramContext } from '@istio-ci/kit';
import { Command, CommanderError } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { addBench } from './commands/bench.ts';
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
import { addTest } from './commands/test.ts';
import { addDockerRunArgs, addUp } from './commands/up.ts';

/** What a command's action is given besides its own arguments. */
export interface CliContext extends ProgramContext {
  /** What the program exits with when nothing is thrown. */
  exitCode: number;
}

/** The whole command line. Commander reports usage faults itself and they exit 2. */
export function createCommand(program: ProgramContext) {
  const context: CliContext = { ...program, exitCode: 0 };
  const root = new Command('istio-ci')
    .description(
      'A throw-away Kubernetes with its own Docker daemon in one container, and the pipeline that checks, builds, tests and pushes an Istio distribution on it.',
    )
    .version(packageJson.version)
    .showHelpAfterError('(istio-ci --help shows what there is)')
    .configureHelp({ showGlobalOptions: false })
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a stage or a test failed, 2 usage or configuration, 3 source tree, 4 could not fetch,\n5 integrity, 6 registry, 7 partly done, 8 cluster or engine, 130, 141 and 143 signals.',
    );
  for (const add of [
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
    addBench,
    addTest,
    addCompletion,
  ])
    add(root, context);
  return {
    root,
    async run(argv: readonly string[]): Promise<number> {
      try {
        await root.parseAsync([...argv]);
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? 0 : 2;
      }
      return context.exitCode;
    },
  };
}
