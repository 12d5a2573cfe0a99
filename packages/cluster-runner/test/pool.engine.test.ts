import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import {
  downSession,
  execInSession,
  findSession,
  gcSessions,
  leaseEnd,
  listPool,
  listSessions,
  type PoolEntry,
  poolDrain,
  poolFill,
  upSession,
} from '../src/index.ts';
import { poolKey } from '../src/pool/entries.ts';
import { engine, guardPids, image, newName, nothingLeftOf } from './harness.ts';

// Settings that no one else's pool has, so that a pool on the developer's machine is left alone.
const settings = { engine, image, certSans: [`${newName()}.test`] };
const key = poolKey(settings);
const oursNow = async () => (await listPool(engine)).filter((entry) => entry.key === key);
const fillChild = new URL('./fill-child.ts', import.meta.url).pathname;
const filled = (leaseSeconds = 600) => poolFill({ ...settings, count: 1, leaseSeconds });

async function filledOne(leaseSeconds?: number): Promise<PoolEntry> {
  const [entry] = await filled(leaseSeconds);
  if (!entry) throw new Error('nothing stands by');
  return entry;
}

afterAll(() => poolDrain(engine, settings));

describe('the pool', () => {
  it('holds one frozen cluster when two fill it at once, and that is no session yet', async () => {
    const [entries] = await Promise.all([filled(), filled()]);
    expect(entries).toMatchObject([{ image, frozen: true }]);
    expect((await listSessions(engine)).map(({ id }) => id)).not.toContain(entries[0]?.id);
  });

  it('is not filled beyond what was asked for', async () => {
    expect(await filled()).toHaveLength(1);
  });

  it('hands a cluster out under the name, lease and owner of the session', async () => {
    const [standing] = await oursNow();
    const name = newName();
    const session = await upSession({
      ...settings,
      name,
      owner: process.pid,
      leaseSeconds: 1200,
      fromPool: true,
    });
    try {
      expect(session).toMatchObject({ name, boot: { standby: true } });
      expect(session.id).toBe(standing?.id);
      expect((await findSession(engine, name))?.container).toBe(session.container);
      expect((await leaseEnd(engine, session))?.getTime()).toBeGreaterThan(Date.now() + 900_000);
      const { stdout } = await execInSession(engine, session, ['kubectl', 'get', 'nodes', '-o', 'name']);
      expect(stdout).toBe('node/kubernetes\n');
      await expect.poll(() => guardPids(session.id)).toHaveLength(1);
    } finally {
      await downSession(engine, name);
    }
    await expect.poll(() => guardPids(session.id), { timeout: 15_000 }).toEqual([]);
  });

  it('gives way to a new boot where it has nothing that fits', async () => {
    const session = await upSession({ ...settings, name: newName(), leaseSeconds: 600, fromPool: true });
    await downSession(engine, session);
    expect(session.boot.standby).toBe(false);
  });

  it('gives each cluster to one of two that ask at once', async () => {
    await filled();
    const up = () => upSession({ ...settings, name: newName(), leaseSeconds: 600, fromPool: true });
    const sessions = await Promise.all([up(), up()]);
    await Promise.all(sessions.map((session) => downSession(engine, session)));
    expect(sessions.map(({ boot }) => boot.standby).sort()).toEqual([false, true]);
  });

  it('boots another one in the background where that was asked for', async () => {
    const [standing] = await filled();
    const session = await upSession({
      ...settings,
      name: newName(),
      leaseSeconds: 600,
      fromPool: true,
      refill: true,
    });
    await downSession(engine, session);
    expect(session.id).toBe(standing?.id);
    await expect
      .poll(async () => (await oursNow()).map(({ frozen }) => frozen), { timeout: 60_000 })
      .toEqual([true]);
    expect(await oursNow()).not.toContainEqual(expect.objectContaining({ id: session.id }));
    await poolDrain(engine, settings);
  });

  it('leaves nothing when it is drained', async () => {
    const entry = await filledOne();
    expect(await poolDrain(engine, settings)).toBe(1);
    await nothingLeftOf(entry.id);
  });
});

describe('a cluster of the pool that nobody will take any more leaves nothing', () => {
  it('when its lease is over, frozen as it is', async () => {
    const entry = await filledOne(25);
    await expect.poll(oursNow, { timeout: 45_000 }).toEqual([]);
    await nothingLeftOf(entry.id);
  });

  it('when its lease is over and its guard was killed, at the next gc', async () => {
    const entry = await filledOne(15);
    for (const pid of guardPids(entry.id)) process.kill(pid, 'SIGKILL');
    await expect.poll(() => Date.now() > (entry.leaseEndsAt?.getTime() ?? 0), { timeout: 30_000 }).toBe(true);
    expect(await oursNow()).toMatchObject([{ frozen: true }]);
    expect(await gcSessions(engine)).toContainEqual(
      expect.objectContaining({ id: entry.id, reason: 'expired' }),
    );
    await nothingLeftOf(entry.id);
  });

  it('when the process that thawed it died before it gave it a name', async () => {
    const entry = await filledOne();
    await engine.getContainer(entry.container).unpause();
    await nothingLeftOf(entry.id);
  });

  it.each([500, 2500])('when its fill is killed %i ms after its start', async (ms) => {
    const fill = spawn(process.execPath, [fillChild, image, settings.certSans.join()], { stdio: 'ignore' });
    await expect.poll(oursNow, { timeout: 60_000, interval: 20 }).toHaveLength(1);
    const id = (await oursNow())[0]?.id ?? '';
    await delay(ms);
    fill.kill('SIGKILL');
    await nothingLeftOf(id);
  });
});

describe('a session that was handed out', () => {
  it('is found by gc when its owner and its guard were killed', async () => {
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
    for (const pid of guardPids(session.id)) process.kill(pid, 'SIGKILL');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await gcSessions(engine)).toContainEqual({ name, id: session.id, reason: 'owner-gone' });
    await nothingLeftOf(session.id);
  });
});
