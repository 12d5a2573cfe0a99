import { execIn, isLocalEngine } from '@istio-ci/image-builder';
import type Docker from 'dockerode';
import { sessionErrors } from '../../errors.ts';
import type { CommandOptions, CommandResult, Place, SessionContainer } from '../place.ts';
import { dialDocker } from './dial.ts';
import { removeAll } from './down.ts';
import { engineStep } from './engine-errors.ts';
import { engineFacts } from './facts.ts';
import { filesIn } from './files.ts';
import { engineImages } from './images.ts';
import { listPlaced } from './list.ts';
import { runBuilder } from './run-builder.ts';
import { engineStandby } from './standby.ts';
import { runOnTerminal } from './terminal.ts';
import { startPlan } from './up.ts';
import { watchContainer } from './watch.ts';

/** Sessions as containers of a Docker engine, each with its own network. */
export function enginePlace(engine: Docker): Place {
  return {
    name: 'engine',
    local: isLocalEngine(),
    facts: () => engineFacts(engine),
    up: (plan, options) => startPlan(engine, plan, options),
    list: () => listPlaced(engine),
    down: (id) => removeAll(engine, id),
    watch: (target) => watchContainer(engine, target),
    renew: (target, seconds) => renewInside(engine, target, seconds),
    command: (target, argv, options) =>
      'builder' in target
        ? runBuilder(engine, target.builder, argv, options)
        : runIn(engine, target, argv, options),
    files: (target, folder) => filesIn(engine, target, folder),
    dial: (target) => dialDocker(engine, target),
    standby: engineStandby(engine),
    images: engineImages(engine),
  };
}

/** The container itself keeps the lease, so that it ends even if nothing reaches it any more. */
async function renewInside(engine: Docker, target: SessionContainer, seconds: number): Promise<void> {
  const argv = ['istio-ci-node', 'lease', 'renew', String(seconds)];
  const { exitCode, stdout, stderr } = await runIn(engine, target, argv);
  if (exitCode !== 0) throw sessionErrors.nodeCommandFailed(argv.join(' '), exitCode, stderr || stdout);
}

async function runIn(
  engine: Docker,
  { name, container }: SessionContainer,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { terminal, signal } = options;
  const subject = argv[0] ?? 'the command';
  const call = { what: `run ${subject} in ${name}`, subject, session: name, signal };
  return engineStep(call, () =>
    terminal === undefined
      ? execIn(engine.getContainer(container), argv, options)
      : runOnTerminal(engine.getContainer(container), argv, terminal),
  );
}
