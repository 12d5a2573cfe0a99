import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import {
  downSession,
  gcSessions,
  renewLease,
  type SessionRequest,
  sessionStatus,
  upSession,
} from '../src/index.ts';
import { startChild, upInChild } from './children.ts';
import { engine, guardPids, image, newName, nothingLeftOf, place, thingsWithId, watch } from './harness.ts';
import { ownPool } from './own-pool.ts';

const up = (name: string, more: Partial<SessionRequest> = {}) =>
  upSession({ place, image, name, leaseSeconds: 600, ...more });

function killGuards(id: string): void {
  for (const pid of guardPids(id)) process.kill(pid, 'SIGKILL');
}

describe('a session whose guard was killed', () => {
  it('is ended by its lease, from inside and without a way to the engine', async () => {
    const name = newName();
    const session = await up(name, { leaseSeconds: 20 });
    killGuards(session.id);
    const { Mounts } = await engine.getContainer(session.container).inspect();
    expect(Mounts.map(({ Type }) => Type)).toEqual(['volume', 'volume', 'volume', 'volume']);
    // The network is an entry in the engine's books, which nobody inside can remove.
    await expect
      .poll(() => thingsWithId(session.id), { timeout: 45_000 })
      .toEqual([`network ${session.network}`]);
    expect(await gcSessions(place)).toContainEqual({ name, id: session.id, reason: 'expired' });
    expect(await thingsWithId(session.id)).toEqual([]);
  });

  it('is ended by gc after its owner', async () => {
    const name = newName();
    const watcher = watch(name);
    const owner = await upInChild(name, 'self');
    await watcher.begun();
    killGuards(owner.session.id);
    owner.process.kill('SIGKILL');
    await owner.ended;
    expect(await gcSessions(place)).toContainEqual({ name, id: owner.session.id, reason: 'owner-gone' });
    await watcher.nothingLeft();
  });

  it('is removed by gc if its start never finished', async () => {
    const name = newName();
    const watcher = watch(name);
    const { process: starting, ended } = startChild(name, 'none');
    await watcher.begun();
    const id = await idOf(name);
    killGuards(id);
    starting.kill('SIGKILL');
    await ended;
    // The engine carries out what it was asked to do.
    await delay(2000);
    // One whose cluster was started already is ended by its lease: this is one whose cluster was not.
    for (const container of await engine.listContainers({ all: true, filters: { name: [name] } }))
      await engine.getContainer(container.Id).remove({ force: true, v: true });
    expect(await gcSessions(place)).toContainEqual({ name, id, reason: 'orphaned' });
    await watcher.nothingLeft();
  });
});

describe('a cluster of the pool whose guard was killed', () => {
  const { settings, oursNow, filledOne, drain } = ownPool();
  afterAll(drain);

  it('is ended by gc when its lease is over, frozen as it is', async () => {
    const entry = await filledOne(15);
    killGuards(entry.id);
    await expect.poll(() => Date.now() > (entry.leaseEndsAt?.getTime() ?? 0), { timeout: 30_000 }).toBe(true);
    expect(await oursNow()).toMatchObject([{ frozen: true }]);
    expect(await gcSessions(place)).toContainEqual(
      expect.objectContaining({ id: entry.id, reason: 'expired' }),
    );
    await nothingLeftOf(entry.id);
  });

  it('is ended by gc after the owner of the session it was handed out as', async () => {
    await filledOne();
    const name = newName();
    const owner = spawn('sleep', ['600'], { stdio: 'ignore' });
    const session = await upSession({
      ...settings,
      name,
      owner: owner.pid,
      leaseSeconds: 600,
      fromPool: true,
    });
    expect(session.boot.standby).toBe(true);
    killGuards(session.id);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await gcSessions(place)).toContainEqual({ name, id: session.id, reason: 'owner-gone' });
    await nothingLeftOf(session.id);
  });
});

describe('a session whose lease was renewed', () => {
  it('is ended neither by its guard nor by gc when the first lease would be over', async () => {
    const name = newName();
    const session = await up(name, { leaseSeconds: 20 });
    await renewLease(place, session, 600);
    await delay(30_000);
    expect((await gcSessions(place)).map(({ id }) => id)).not.toContain(session.id);
    expect((await sessionStatus(place, session)).ready).toBe(true);
    await downSession(place, session);
  });
});

async function idOf(name: string): Promise<string> {
  const [network] = await engine.listNetworks({ filters: { label: [`dev.istio-ci.session=${name}`] } });
  return network?.Labels?.['dev.istio-ci.id'] ?? '';
}
