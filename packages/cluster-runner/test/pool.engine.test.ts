import { afterAll, describe, expect, it } from 'vitest';
import {
  downSession,
  execInSession,
  findSession,
  leaseEnd,
  listPool,
  listSessions,
  poolDrain,
  poolFill,
  upSession,
} from '../src/index.ts';
import { engine, guardPids, image, newName } from './harness.ts';

// Settings that no one else's pool has, so that a pool on the developer's machine is left alone.
const settings = { engine, image, certSans: [`${newName()}.test`] };
const ids = new Set<string>();
const ours = async () => (await listPool(engine)).filter(({ id }) => ids.has(id));

afterAll(() => poolDrain(engine, settings));

describe('the pool', () => {
  it('holds a frozen cluster, which is no session yet', async () => {
    const entries = await poolFill({ ...settings, count: 1, leaseSeconds: 600 });
    for (const { id } of entries) ids.add(id);
    expect(entries).toMatchObject([{ image, frozen: true }]);
    expect((await listSessions(engine)).map(({ id }) => id)).not.toContain(entries[0]?.id);
  });

  it('is not filled beyond what was asked for', async () => {
    expect(await poolFill({ ...settings, count: 1 })).toHaveLength(1);
  });

  it('hands a cluster out under the name, lease and owner of the session', async () => {
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
      expect(ids).toContain(session.id);
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
    for (const { id } of await poolFill({ ...settings, count: 1, leaseSeconds: 600 })) ids.add(id);
    const up = () => upSession({ ...settings, name: newName(), leaseSeconds: 600, fromPool: true });
    const sessions = await Promise.all([up(), up()]);
    await Promise.all(sessions.map((session) => downSession(engine, session)));
    expect(sessions.map(({ boot }) => boot.standby).sort()).toEqual([false, true]);
  });

  it('loses a cluster whose lease is over, frozen as it is', async () => {
    const [entry] = await poolFill({ ...settings, count: 1, leaseSeconds: 25 });
    expect(entry).toBeDefined();
    ids.add(entry?.id ?? '');
    await expect.poll(ours, { timeout: 45_000 }).toEqual([]);
    await expect.poll(() => guardPids(entry?.id ?? ''), { timeout: 15_000 }).toEqual([]);
  });

  it('leaves nothing when it is drained', async () => {
    for (const { id } of await poolFill({ ...settings, count: 1, leaseSeconds: 600 })) ids.add(id);
    expect(await poolDrain(engine, settings)).toBe(1);
    expect(await ours()).toEqual([]);
  });
});
