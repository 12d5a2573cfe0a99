import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { endedWithin, type Running, type Trial } from './trial.ts';

/** The progress of a trial when its process was killed. */
export type Moment = 'starting' | 'running' | 'warm';

/** Starts something, kills it after `ms`, and returns how far it had come. */
export interface Scenario {
  readonly name: string;
  /** The latest moment of the kill, as a multiple of the time that `up` takes. */
  readonly within: number;
  readonly run: (trial: Trial, ms: number) => Promise<Moment>;
}

const upArguments = (trial: Trial, owner: Running, ...more: string[]) => [
  'up',
  trial.session,
  '--lease',
  '10',
  '--owner',
  String(owner.pid),
  ...more,
];

/** Settings for a pool that only this trial uses. */
const poolSettings = (trial: Trial) => ['--cert-san', `${trial.session}.test`];

/** Kills the process that starts a session. If it has already ended, kills the owner of the session. */
async function killStart(up: Running, owner: Running, ms: number): Promise<Moment> {
  const complete = (await endedWithin(up, ms)) && (await up.ended) === 0;
  (complete ? owner : up).kill();
  return complete ? 'running' : 'starting';
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'the process of up',
    within: 1,
    run: (trial, ms) => {
      const owner = trial.owner();
      return killStart(trial.cli(...upArguments(trial, owner)), owner, ms);
    },
  },
  {
    name: 'the owner, up or not',
    within: 2,
    run: async (trial, ms) => {
      const owner = trial.owner();
      const up = trial.cli(...upArguments(trial, owner));
      const complete = await endedWithin(up, ms);
      owner.kill();
      // The command notices and ends by itself; what counts is what it leaves.
      await up.ended;
      return complete ? 'running' : 'starting';
    },
  },
  {
    name: 'a run of the chain',
    within: 3,
    run: async (trial, ms) => {
      await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
      const run = trial.cli('run', 'test', '-d', workspace.root, '--build-tag', trial.session);
      await endedWithin(run, ms);
      run.kill();
      await run.ended;
      return 'running';
    },
  },
  {
    name: 'pool fill',
    within: 1,
    run: async (trial, ms) => {
      const fill = trial.cli('pool', 'fill', '1', ...poolSettings(trial));
      const complete = await endedWithin(fill, ms);
      fill.kill();
      return complete ? 'warm' : 'starting';
    },
  },
  {
    name: 'up from the pool',
    within: 0.5,
    run: async (trial, ms) => {
      const fill = trial.cli('pool', 'fill', '1', ...poolSettings(trial));
      if ((await fill.ended) !== 0) throw new Error(`pool fill failed: ${fill.output()}`);
      const owner = trial.owner();
      const up = trial.cli(...upArguments(trial, owner, '--from-pool', ...poolSettings(trial)));
      const moment = await killStart(up, owner, ms);
      await up.ended;
      // Killed before it took the cluster: that is still in the pool.
      return moment === 'starting' && (await trial.traces.isWarm()) ? 'warm' : moment;
    },
  },
];
