import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv } from '@istio-ci/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJournal } from '../src/release/journal.ts';
import type { CampaignTask } from './campaign-task.ts';
import { Messages } from './messages/messages.ts';
import { type RegistryFixture, startRegistryFixture } from './push-fixture.ts';

const messages = new Messages();
let fixture: RegistryFixture;
beforeAll(async () => {
  fixture = await startRegistryFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const credentialFolders = async (pid: number) =>
  (await readdir('/dev/shm')).filter((name) => name.startsWith(`istio-ci-credentials-${pid}-`));

/** Starts a whole push in a process of its own, as the stage does. */
function start(outDir: string, name: string, verb: CampaignTask['verb'] = 'push') {
  const image = { variant: '', index: false, store: 'containerd', leftOut: false } as const;
  const task: CampaignTask = {
    verb,
    outDir,
    credentials: fixture.credentialsPath,
    insecureHosts: fixture.insecureHosts,
    hubs: [`${fixture.proxy.host}/${name}`],
    moving: ['latest'],
    images: ['pilot', 'proxyv2'].map((of) => ({ ...image, name: of, text: of })),
  };
  const script = join(import.meta.dirname, 'campaign-child.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    env: childEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  return { child, pid: child.pid ?? 0, ended: once(child, 'close') as Promise<[number | null]>, output };
}

it.each([
  ['SIGTERM', 143, 'the stage pushes', '/pilot/blobs/uploads/', 1],
  ['SIGINT', 130, 'the stage pushes', '/proxyv2/blobs/uploads/', 1],
  ['SIGTERM', 143, 'it releases', '/proxyv2/manifests/1.29.1', 0],
  ['SIGINT', 130, 'it releases', '/proxyv2/manifests/1.29.1', 0],
] as const)(
  'a push that gets %s ends with %i while %s: no credentials, and a journal to go on from',
  async (signal, code, when, at, lent) => {
    const outDir = await mkdtemp(join(tmpdir(), 'release-pusher-signal-'));
    const hub = `${signal}${lent}`.toLowerCase();
    const push = start(outDir, hub);
    let folders: string[] | undefined;
    fixture.proxy.use(async ({ method, path }) => {
      if (folders || !/^(PUT|POST)$/.test(method) || !path.includes(at)) return 'none';
      folders = await credentialFolders(push.pid);
      push.child.kill(signal);
      return 'slow';
    });
    const [exitCode] = await push.ended;
    expect([exitCode, folders?.length], push.output.join('')).toEqual([code, lent]);
    expect(await credentialFolders(push.pid)).toEqual([]);
    const state = await readJournal(outDir);
    expect(state).toMatchObject({ done: false, tagging: when === 'it releases' });
    const last = push.output.join('').trimEnd().split('\n').slice(-2).join('\n');
    messages.note(`${signal} while ${when}`, last, [[hub, 'acme']]);

    fixture.proxy.use(() => 'none');
    const again = start(outDir, hub, when === 'it releases' ? 'resume' : 'push');
    expect((await again.ended)[0], again.output.join('')).toBe(0);
    expect(await readJournal(outDir)).toMatchObject({ done: true });
    await rm(outDir, { recursive: true });
  },
);

it('what an interrupted push says last is in messages/signals.txt', () =>
  messages.expectFile('messages/signals.txt'));
