import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { downSession, execInSession, findSession, listSessions, upSession } from '../src/index.ts';
import { leaseEnd } from '../src/session/lease.ts';
import { engine, guardPids, image, newName, nothingLeftOf, place } from './harness.ts';
import { ownPool } from './own-pool.ts';

const { settings, oursNow, filled, filledOne, drain } = ownPool();
const fillChild = fileURLToPath(new URL('./fill-child.ts', import.meta.url));

afterAll(drain);

describe('the pool', () => {
  it('has one frozen cluster if two processes fill it at once, and it is not a session yet', async () => {
    const [entries] = await Promise.all([filled(), filled()]);
    expect(entries).toMatchObject([{ image, frozen: true }]);
    expect((await listSessions(place)).map(({ id }) => id)).not.toContain(entries[0]?.id);
  });

  it('is not filled beyond the requested number', async () => {
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
      expect((await findSession(place, name))?.container).toBe(session.container);
      expect((await leaseEnd(place, session))?.getTime()).toBeGreaterThan(Date.now() + 900_000);
      const { stdout } = await execInSession(place, session, ['kubectl', 'get', 'nodes', '-o', 'name']);
      expect(stdout).toBe('node/kubernetes\n');
      await expect.poll(() => guardPids(session.id)).toHaveLength(1);
    } finally {
      await downSession(place, name);
    }
    await expect.poll(() => guardPids(session.id), { timeout: 15_000 }).toEqual([]);
  });

  it('boots a cluster if none fits', async () => {
    const session = await upSession({ ...settings, name: newName(), leaseSeconds: 600, fromPool: true });
    await downSession(place, session);
    expect(session.boot.standby).toBe(false);
  });

  it('gives each cluster to only one of two processes that ask at once', async () => {
    await filled();
    const up = () => upSession({ ...settings, name: newName(), leaseSeconds: 600, fromPool: true });
    const sessions = await Promise.all([up(), up()]);
    await Promise.all(sessions.map((session) => downSession(place, session)));
    expect(sessions.map(({ boot }) => boot.standby).sort()).toEqual([false, true]);
  });

  it('boots another one in the background on request', async () => {
    const [standing] = await filled();
    const session = await upSession({
      ...settings,
      name: newName(),
      leaseSeconds: 600,
      fromPool: true,
      refill: true,
    });
    await downSession(place, session);
    expect(session.id).toBe(standing?.id);
    await expect
      .poll(async () => (await oursNow()).map(({ frozen }) => frozen), { timeout: 60_000 })
      .toEqual([true]);
    expect(await oursNow()).not.toContainEqual(expect.objectContaining({ id: session.id }));
    await drain();
  });

  it('leaves nothing when it is drained', async () => {
    const entry = await filledOne();
    expect(await drain()).toBe(1);
    await nothingLeftOf(entry.id);
  });
});

describe('an abandoned cluster of the pool leaves nothing', () => {
  it('when its lease is over, frozen as it is', async () => {
    const entry = await filledOne(25);
    await expect.poll(oursNow, { timeout: 45_000 }).toEqual([]);
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
