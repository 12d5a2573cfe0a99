import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectPlace, execInSession, waitForSession } from '@istio-ci/cluster-runner';
import { type connectEngine, removeContainer } from '@istio-ci/image-builder';
import { CiError, childEnv, messageOf, type RunResult, repositoryRoot, run } from '@istio-ci/kit';
import type { Trial } from './trials.ts';

type Engine = ReturnType<typeof connectEngine>;

/** A check that failed, and the last line of its output. */
export interface Broken {
  readonly check: string;
  readonly says: string;
}

/** The scripts that run in the node, in their order, and their files. Each must exit 0. */
const checks = join(repositoryRoot, 'tools/src/privileges/checks');
const inNode = '/tmp/trial/checks';

/** The checks that all later ones depend on. */
const basic = ['build', 'pod'];

/** The limits for a boot and for each check, in seconds. */
const limits = { boot: 90, check: 60 } as const;

/**
 * Starts a cluster with the arguments of the trial, runs every check in it, removes it, and returns what
 * failed.
 */
export async function broken(
  engine: Engine,
  name: string,
  { args }: Trial,
  signal: AbortSignal,
): Promise<Broken[]> {
  const docker = (...command: string[]) =>
    run(['docker', ...command], { env: childEnv({}, ['DOCKER_HOST']), signal });
  let output: Promise<RunResult> | undefined;
  try {
    await docker(...args);
    output = docker('logs', '--follow', name);
    await waitForSession(connectPlace(), name, { timeoutSeconds: limits.boot, signal });
    await docker('exec', name, 'mkdir', '-p', inNode);
    await docker('cp', `${checks}/.`, `${name}:${inNode}`);
    return await failedChecks(name, signal);
  } catch (error) {
    signal.throwIfAborted();
    return [{ check: 'boot', says: await lastWords(error, output) }];
  } finally {
    await removeContainer(engine.getContainer(name));
  }
}

/** The reason for a failed boot: the last line of a container that has ended, otherwise the error itself. */
async function lastWords(error: unknown, output: Promise<RunResult> | undefined): Promise<string> {
  if (!(error instanceof CiError) || error.code !== 'SESSION_GONE' || output === undefined)
    return messageOf(error);
  const { stdout, stderr } = await output;
  return `the container ended: ${lastLine(`${stdout}\n${stderr}`)}`;
}

async function failedChecks(name: string, signal: AbortSignal): Promise<Broken[]> {
  const found: Broken[] = [];
  for (const script of (await readdir(checks)).filter((file) => file.endsWith('.sh')).sort()) {
    const command = ['timeout', String(limits.check), 'sh', `${inNode}/${script}`];
    const { exitCode, stdout, stderr } = await execInSession(connectPlace(), name, command, { signal });
    if (exitCode === 0) continue;
    const check = script.replace(/^\d+-|\.sh$/g, '');
    found.push({ check, says: lastLine(`${stdout}\n${stderr}`) });
    if (basic.includes(check)) break;
  }
  return found;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
