import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  downSession,
  execInSession,
  findSession,
  hostUrl,
  listSessions,
  renewLease,
  runInSession,
  type Session,
  sessionKubeconfig,
  sessionStatus,
  upSession,
} from '../src/index.ts';
import { leaseEnd } from '../src/session/lease.ts';
import { image, newName, place, watch } from './harness.ts';

const name = newName();
const watcher = watch(name);
let session: Session;

beforeAll(async () => {
  const web = [
    'sh',
    '-c',
    'mkdir /w && echo hello > /w/x && exec socat TCP-LISTEN:80,fork SYSTEM:"cat /w/x"',
  ];
  session = await upSession({
    place,
    image,
    name,
    leaseSeconds: 600,
    publishDocker: true,
    services: [{ name: 'web', image, ports: [80], command: web }],
  });
});

afterAll(async () => {
  await downSession(place, name);
});

describe('a session', () => {
  it('is complete when up returns', async () => {
    expect((await sessionStatus(place, session)).ready).toBe(true);
  });

  it('is found again by its name', async () => {
    const { boot: _, ...found } = session as Session & { boot: unknown };
    expect(await findSession(place, name)).toEqual(found);
  });

  it('is not started twice under one name', async () => {
    await expect(upSession({ place, image, name })).rejects.toMatchObject({
      code: 'SESSION_EXISTS',
      message: expect.stringContaining(name),
    });
    expect((await sessionStatus(place, session)).ready).toBe(true);
  });

  it('is not booted if the engine lacks a requested image', async () => {
    const other = newName();
    const told: string[] = [];
    const asked = { place, image, name: other, images: ['test.local/none:1'] };
    await expect(upSession({ ...asked, progress: (line) => told.push(line) })).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
    });
    expect(told.join('\n')).not.toContain('prepare');
  });

  it('has a kubeconfig that works in a builder on its network', async () => {
    const kubeconfig = await sessionKubeconfig(place, session);
    const lines: string[] = [];
    const script =
      'cat > /tmp/k; kubectl --kubeconfig /tmp/k --server https://kubernetes:8443 get nodes -o name';
    const command = ['sh', '-c', `printf %s "$K" | (${script})`];
    const { exitCode } = await runInSession(place, session, {
      image,
      command,
      env: { K: kubeconfig, PATH: '/usr/local/bin:/usr/bin:/bin' },
      onLine: (line) => lines.push(line),
    });
    expect([exitCode, lines]).toEqual([0, ['node/kubernetes']]);
  });

  it("answers at the host's published ports", async () => {
    const response = await fetch(`${session.dockerHost?.replace('tcp', 'http')}/_ping`);
    expect(await response.text()).toBe('OK');
    expect(session.apiServer).toMatchObject({ host: '127.0.0.1' });
  });

  it('shows a service under its alias and on the host', async () => {
    const { stdout } = await execInSession(place, session, ['sh', '-c', 'socat -T1 - TCP:web:80 </dev/null']);
    expect(stdout).toBe('hello\n');
    expect(hostUrl(session, 'http://web/x')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/x$/);
  });

  it('lets its lease be renewed', async () => {
    const before = await leaseEnd(place, session);
    await renewLease(place, session, 1200);
    expect((await leaseEnd(place, session))?.getTime()).toBeGreaterThan((before?.getTime() ?? 0) + 500_000);
  });

  it('runs beside another one', async () => {
    const other = await upSession({ place, image, name: newName(), leaseSeconds: 600 });
    try {
      expect((await listSessions(place)).map((each) => each.name)).toEqual(
        expect.arrayContaining([name, other.name]),
      );
      const [own, theirs] = await Promise.all([
        sessionKubeconfig(place, session),
        sessionKubeconfig(place, other),
      ]);
      expect(own).not.toBe(theirs);
    } finally {
      await downSession(place, other);
    }
  });
});

describe('execInSession', () => {
  it('writes stdin, keeps the outputs apart and returns the exit code', async () => {
    const command = ['sh', '-c', 'cat; echo problem >&2; exit 3'];
    expect(await execInSession(place, session, command, { input: 'hello' })).toEqual({
      stdout: 'hello',
      stderr: 'problem\n',
      exitCode: 3,
    });
  });

  it('survives a command that does not read its stdin', async () => {
    const input = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(1 << 20)));
    expect((await execInSession(place, session, ['true'], { input })).exitCode).toBe(0);
  });

  it('stops waiting on an abort', async () => {
    const controller = new AbortController();
    const running = execInSession(place, session, ['sh', '-c', 'echo started; sleep 60'], {
      signal: controller.signal,
      onLine: () => controller.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
  });

  it('says that a session has ended', async () => {
    await expect(execInSession(place, 'k8s-none', ['true'])).rejects.toMatchObject({ code: 'SESSION_GONE' });
  });
});

describe('runInSession', () => {
  const script = (text: string) => ({ image, command: ['sh', '-c', text], env: { PATH: '/usr/bin:/bin' } });
  const builders = async () => (await watcher.look()).filter((thing) => thing.includes('istio-builder'));

  it('returns the exit code and leaves no container', async () => {
    expect(await runInSession(place, session, script('exit 7'))).toEqual({ exitCode: 7 });
    expect(await builders()).toEqual([]);
  });

  it('loses no output of a command that ends at once', async () => {
    const lines: string[] = [];
    await runInSession(place, session, { ...script('seq 1 20000'), onLine: (line) => lines.push(line) });
    expect([lines.length, lines.at(-1)]).toEqual([20000, '20000']);
  });

  it('ends the command on an abort, first by SIGTERM', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const running = runInSession(place, session, {
      ...script('trap "echo terminated; exit 1" TERM; echo ready; while :; do sleep 0.1; done'),
      signal: controller.signal,
      onLine: (line) => {
        lines.push(line);
        if (line === 'ready') controller.abort(new Error('stop'));
      },
    });
    await expect(running).rejects.toThrow('stop');
    expect([lines, await builders()]).toEqual([['ready', 'terminated'], []]);
  });

  it('says what could not be started and leaves no container', async () => {
    const mounts = [{ source: '/no/such/place', target: '/x' }];
    await expect(runInSession(place, session, { ...script('true'), mounts })).rejects.toMatchObject({
      code: 'COMMAND_NOT_STARTED',
    });
    expect(await builders()).toEqual([]);
  });

  it('says which image is missing', async () => {
    await expect(runInSession(place, session, { image: 'none:1', command: ['x'] })).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
    });
  });
});
