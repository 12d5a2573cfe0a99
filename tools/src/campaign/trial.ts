import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectEngine } from '@istio-ci/image-builder';
import { childEnv, repositoryRoot } from '@istio-ci/kit';
import { newSession } from './campaign.ts';
import { follow, type Traces } from './traces.ts';

/** A process of a trial. */
export interface Running {
  readonly pid: number;
  /** The exit code, or null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it has printed on stderr so far. */
  output(): string;
  kill(): void;
}

/** One trial of a campaign: a session name, a TMPDIR and the traces of everything that is started with it. */
export interface Trial extends AsyncDisposable {
  readonly session: string;
  readonly traces: Traces;
  /** Starts the real CLI. */
  cli(...args: string[]): Running;
  /** Runs a line of shell in a new terminal, where `cli` is the real CLI. Killing it closes the terminal. */
  terminal(line: string): Running;
  /** Starts an idle process to be an owner; it does not count as a trace. */
  owner(): Running;
}

export async function beginTrial(): Promise<Trial> {
  const tmp = await mkdtemp(join(tmpdir(), 'istio-ci-trial-'));
  const engine = connectEngine();
  const traces = follow(engine, tmp);
  const started: Running[] = [];
  const start = (command: string, args: readonly string[], env: Record<string, string>) => {
    const running = startProcess(command, args, env);
    started.push(running);
    return running;
  };
  const main = join(repositoryRoot, 'packages/cli/src/main.ts');
  return {
    session: newSession(),
    traces,
    cli: (...args) => start(process.execPath, [main, ...args], { TMPDIR: tmp }),
    terminal: (line) => {
      const script = `cli() { ${quote(process.execPath)} ${quote(main)} "$@"; }; ${line}`;
      return start('script', ['--quiet', '--command', script, '/dev/null'], {
        TMPDIR: tmp,
        SHELL: '/bin/sh',
      });
    },
    owner: () => start('cat', [], {}),
    [Symbol.asyncDispose]: async () => {
      for (const running of started) running.kill();
      await Promise.all(started.map(({ ended }) => ended));
      await traces.clear();
      traces.stop();
      await rm(tmp, { recursive: true, force: true });
    },
  };
}

const quote = (path: string) => `'${path}'`;

function startProcess(command: string, args: readonly string[], env: Record<string, string>): Running {
  const child = spawn(command, args, {
    env: childEnv(env, ['DOCKER_HOST']),
    // A process that reads from this pipe ends with us.
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return {
    pid: child.pid ?? 0,
    ended: exitOf(child),
    output: () => output,
    kill: () => void child.kill('SIGKILL'),
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Waits this long, or until the process ends by itself. True if it ended. */
export async function endedWithin(running: Running, ms: number): Promise<boolean> {
  const still = Symbol('still running');
  return (await Promise.race([running.ended, delay(ms, still)])) !== still;
}
