import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Session } from '../src/index.ts';
import { image } from './harness.ts';

const child = fileURLToPath(new URL('./up-child.ts', import.meta.url));

/** Starts a process that makes a session, its owner or not. */
export function startChild(name: string, owner: 'self' | 'none') {
  const process_ = spawn(process.execPath, [child, name, image, owner], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  process_.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { process: process_, ended: once(process_, 'exit'), said: () => said };
}

/** The same, once the cluster is ready. */
export async function upInChild(name: string, owner: 'self' | 'none') {
  const started = startChild(name, owner);
  const [line] = (await once(started.process.stdout, 'data')) as [Buffer];
  return { ...started, session: JSON.parse(line.toString()) as Session };
}
