import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downSession, gcSessions, type Session, type SessionRequest, upSession } from '../src/index.ts';
import { removeSession } from '../src/session/remove.ts';
import { engine, guardPids, image, newName, watch } from './harness.ts';

const child = new URL('./up-child.ts', import.meta.url).pathname;

function startChild(name: string, owner: 'self' | 'none') {
  const process_ = spawn(process.execPath, [child, name, image, owner], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { process: process_, ended: once(process_, 'exit') };
}

async function upInChild(name: string, owner: 'self' | 'none') {
  const started = startChild(name, owner);
  const [line] = (await once(started.process.stdout, 'data')) as [Buffer];
  return { ...started, session: JSON.parse(line.toString()) as Session };
}

const up = (name: string, more: Partial<SessionRequest> = {}) =>
  upSession({ engine, image, name, leaseSeconds: 600, ...more });

describe('nothing is left', () => {
  it('after down', async () => {
    const name = newName();
    const watcher = watch(name);
    await up(name);
    await watcher.begun();
    await downSession(engine, name);
    await watcher.nothingLeft();
  });

  it('after a second down, which has nothing to do', async () => {
    expect(await downSession(engine, newName())).toBeUndefined();
  });

  it('after the owner was killed', async () => {
    const name = newName();
    const watcher = watch(name);
    const owner = await upInChild(name, 'self');
    await watcher.begun();
    owner.process.kill('SIGKILL');
    await owner.ended;
    await watcher.nothingLeft();
  });

  it('when the lease is over', async () => {
    const name = newName();
    const watcher = watch(name);
    const session = await up(name, { leaseSeconds: 20 });
    await watcher.begun();
    await expect
      .poll(async () => (await engine.listContainers({ filters: { id: [session.container] } })).length, {
        timeout: 30_000,
      })
      .toBe(0);
    await watcher.nothingLeft();
  });

  it('after gc, where guard and owner were killed', async () => {
    const name = newName();
    const watcher = watch(name);
    const owner = await upInChild(name, 'self');
    await watcher.begun();
    for (const pid of guardPids(owner.session.id)) process.kill(pid, 'SIGKILL');
    owner.process.kill('SIGKILL');
    await owner.ended;
    const removed = await gcSessions(engine);
    expect(removed).toContainEqual({ name, id: owner.session.id, reason: 'owner-gone' });
    await watcher.nothingLeft();
  });

  it('after the container was removed by hand', async () => {
    const name = newName();
    const watcher = watch(name);
    const session = await up(name);
    await watcher.begun();
    await engine.getContainer(session.container).remove({ force: true, v: true });
    await watcher.nothingLeft();
  });
});

describe('a start that does not finish leaves nothing', () => {
  it.each([0, 150, 400, 1000, 3000])('when it is killed %i ms after its first thing is there', async (ms) => {
    const name = newName();
    const watcher = watch(name);
    const { process: starting, ended } = startChild(name, 'none');
    await watcher.begun();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await watcher.look();
    starting.kill('SIGKILL');
    await ended;
    await watcher.nothingLeft();
  });

  it.each([
    ['SIGINT', 130, 0],
    ['SIGTERM', 143, 500],
    ['SIGINT', 130, 2000],
  ] as const)('on %s, and exits %i, %i ms after its first thing is there', async (signal, code, ms) => {
    const name = newName();
    const watcher = watch(name);
    const { process: starting, ended } = startChild(name, 'none');
    await watcher.begun();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await watcher.look();
    starting.kill(signal);
    expect((await ended)[0]).toBe(code);
    await watcher.nothingLeft();
  });

  it('when there is no such image', async () => {
    const name = newName();
    const watcher = watch(name);
    await expect(up(name, { image: 'none:1' })).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    await watcher.nothingLeft();
  });

  it('when a service ends by itself', async () => {
    const name = newName();
    const watcher = watch(name);
    const services = [{ name: 'x', image, command: ['sh', '-c', 'echo no port; exit 1'] }];
    await expect(up(name, { services })).rejects.toMatchObject({
      code: 'CONTAINER_ENDED',
      message: expect.stringContaining('no port'),
    });
    await watcher.nothingLeft();
  });

  it('when the time is over; the evidence stays', async () => {
    const name = newName();
    const watcher = watch(name);
    const folder = await mkdtemp(join(tmpdir(), 'evidence-'));
    try {
      const failing = up(name, { readyTimeoutSeconds: 1, evidenceDir: folder });
      await expect(failing).rejects.toMatchObject({ code: 'NOT_READY', exitCode: 8 });
      expect((await readdir(folder)).sort()).toEqual([`${name}-evidence.tar`, `${name}-output.log`]);
      await watcher.nothingLeft();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('but keeps the cluster where that was asked for', async () => {
    const name = newName();
    const watcher = watch(name);
    await expect(up(name, { readyTimeoutSeconds: 1, retainOnFailure: true })).rejects.toMatchObject({
      code: 'NOT_READY',
    });
    expect(await watcher.look()).toContainEqual(`container /k8s-${name}`);
    await downSession(engine, name);
    await watcher.nothingLeft();
  });
});

describe('removeSession', () => {
  it('removes what somebody else connected to the network as well', async () => {
    const name = newName();
    const watcher = watch(name);
    const session = await up(name);
    await watcher.begun();
    const foreign = await engine.createContainer({ Image: image, Entrypoint: [], Cmd: ['sleep', '600'] });
    try {
      await foreign.start();
      await engine.getNetwork(session.network).connect({ Container: foreign.id });
      await removeSession(engine, session.id);
      await watcher.nothingLeft();
    } finally {
      await foreign.remove({ force: true, v: true });
    }
  });
});
