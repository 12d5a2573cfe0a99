import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, open, rm } from 'node:fs/promises';
import { constants as os, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { childEnv, Interrupted } from '@istio-ci/kit';

/** Finds a program on the PATH of this machine. */
export async function findProgram(name: string, path = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((part) => part !== '')) {
    const file = join(folder, name);
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

/**
 * Variables with the user's preferences (editor, pager), which kubectl and docker may see besides the common
 * ones.
 */
const preferences = [
  'EDITOR',
  'KUBE_EDITOR',
  'VISUAL',
  'PAGER',
  'COLORTERM',
  'DOCKER_CONFIG',
  'BUILDKIT_PROGRESS',
];

/**
 * Runs a program of this machine on our terminal, to its end. @returns its exit code; 128 plus the number of
 * a signal
 */
export async function runHere(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit', env: childEnv(env, preferences) });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('exit', (code, name) => resolve(code ?? 128 + (name === null ? 0 : os.signals[name])));
  // Ctrl-C on a terminal has already reached the child.
  const pass = () => {
    const { reason } = signal;
    if (reason instanceof Interrupted && !(reason.signal === 'SIGINT' && process.stdin.isTTY))
      child.kill(reason.signal);
  };
  signal.addEventListener('abort', pass, { once: true });
  if (signal.aborted) pass();
  return promise.finally(() => signal.removeEventListener('abort', pass));
}

/**
 * Makes a text readable as a file, for this user's processes only. The file has no name, so it is gone as
 * soon as this process ends, even by SIGKILL. @returns its path
 */
export async function namelessFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-'));
  try {
    const { fd } = await keptOpen(join(folder, 'file'), text);
    return `/proc/${process.pid}/fd/${fd}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const kept: unknown[] = [];

async function keptOpen(path: string, text: string) {
  const file = await open(path, 'wx+', 0o600);
  await file.writeFile(text);
  // A handle without a reference would be closed by the garbage collector.
  kept.push(file);
  return file;
}
