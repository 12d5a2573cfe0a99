import { spawn } from 'node:child_process';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downSession, type SessionRequest, upSession } from '../src/index.ts';
import { startChild, upInChild } from './children.ts';
import { engine, image, newName, place, watch } from './harness.ts';

const up = (name: string, more: Partial<SessionRequest> = {}) =>
  upSession({ place, image, name, leaseSeconds: 600, ...more });

describe('nothing is left', () => {
  it('after down', async () => {
    const name = newName();
    const watcher = watch(name);
    await up(name);
    await watcher.begun();
    await downSession(place, name);
    await watcher.nothingLeft();
  });

  it('after a second down, which has nothing to do', async () => {
    expect(await downSession(place, newName())).toBeUndefined();
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

  it('after any process that was given as owner ended by itself', async () => {
    const name = newName();
    const watcher = watch(name);
    const owner = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    await up(name, { owner: owner.pid });
    await watcher.begun();
    owner.stdin.end();
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
    const { process: starting, ended, said } = startChild(name, 'none');
    await watcher.begun();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await watcher.look();
    starting.kill(signal);
    const [exitCode] = await ended;
    expect(exitCode, said()).toBe(code);
    await watcher.nothingLeft();
  });

  it('if there is no such image', async () => {
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
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evidence-'));
    const failing = up(name, { readyTimeoutSeconds: 1, evidenceDir: folder.path });
    const evidence = join(folder.path, `${name}-boot.tgz`);
    await expect(failing).rejects.toMatchObject({ code: 'NOT_READY', exitCode: 8, evidence });
    expect(await readdir(folder.path)).toEqual([`${name}-boot.tgz`]);
    await watcher.nothingLeft();
  });

  it('when it is interrupted; the evidence stays', async () => {
    const name = newName();
    const watcher = watch(name);
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evidence-'));
    const controller = new AbortController();
    const progress = (message: string) =>
      message.endsWith('etcd done') && controller.abort(new Error('enough'));
    const starting = up(name, { evidenceDir: folder.path, signal: controller.signal, progress });
    await expect(starting).rejects.toThrow('enough');
    expect(await readdir(folder.path)).toEqual([`${name}-boot.tgz`]);
    await watcher.nothingLeft();
  });

  it('if its owner ends during the start, which fails then', async () => {
    const name = newName();
    const watcher = watch(name);
    const owner = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const starting = expect(up(name, { owner: owner.pid })).rejects.toMatchObject({ exitCode: 8 });
    await watcher.begun();
    owner.stdin.end();
    await starting;
    await watcher.nothingLeft();
  });

  it('but keeps the cluster on request', async () => {
    const name = newName();
    const watcher = watch(name);
    await expect(up(name, { readyTimeoutSeconds: 1, retainOnFailure: true })).rejects.toMatchObject({
      code: 'NOT_READY',
    });
    expect(await watcher.look()).toContainEqual(`container /k8s-${name}`);
    await downSession(place, name);
    await watcher.nothingLeft();
  });
});

describe('the removal of a session', () => {
  it('also removes a foreign container from its network', async () => {
    const name = newName();
    const watcher = watch(name);
    const session = await up(name);
    await watcher.begun();
    const foreign = await engine.createContainer({ Image: image, Entrypoint: [], Cmd: ['sleep', '600'] });
    try {
      await foreign.start();
      await engine.getNetwork(session.network).connect({ Container: foreign.id });
      await place.down(session.id);
      await watcher.nothingLeft();
    } finally {
      await foreign.remove({ force: true, v: true });
    }
  });
});
