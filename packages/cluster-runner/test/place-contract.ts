import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newLabels } from '../src/create/new-labels.ts';
import { sessionPlan } from '../src/create/plan.ts';
import { label } from '../src/labels.ts';
import { names, randomName } from '../src/names.ts';
import type { Place, StartedSession } from '../src/place/place.ts';
import type { BuilderPlan, ContainerFile, SessionPlan } from '../src/place/plan.ts';
import { leaseEnd } from '../src/session/lease.ts';
import type { SessionRequest } from '../src/types.ts';

/** What the contract is tested with. */
export interface ContractSubject {
  readonly place: Place;
  /** The cluster image, as the place calls it. */
  readonly image: string;
  /** A small image of the place, if it has images. */
  readonly smallImage: string;
}

const within = { timeout: 60_000, interval: 100 };

/** The promises of every place, a test for each. A new place passes them all. */
export function placeContract({ place, image, smallImage }: ContractSubject): void {
  const secret = { path: '/etc/contract/secret', content: Buffer.from('from the plan\n') };
  const planFor = (request: Partial<SessionRequest> = {}, files: readonly ContainerFile[] = []) => {
    const { name = `contract-${randomName()}`, ...more } = request;
    const labels = newLabels({ name, owner: process.pid, leaseSeconds: 600 });
    return sessionPlan({ image, leaseSeconds: 600, ...more }, labels, { env: {}, files });
  };
  const service = (name: string, script: string) => ({ name, image, command: ['sh', '-c', script] });
  const partsOf = async (id: string) => (await place.list()).filter(({ labels }) => labels[label.id] === id);
  const builderFor = (plan: SessionPlan, more: Partial<BuilderPlan> = {}): { builder: BuilderPlan } => ({
    builder: {
      session: plan.session,
      network: plan.network.name,
      name: names.builder(plan.session),
      image,
      labels: { [label.session]: plan.session, [label.id]: plan.id, [label.role]: 'builder' },
      mounts: [],
      files: [],
      ...more,
    },
  });
  const builderEnv = { PATH: '/usr/local/bin:/usr/bin:/bin' };

  const lines: string[] = [];
  const web = { ...service('web', 'exec socat TCP-LISTEN:80,fork SYSTEM:"echo hello"'), ports: [80] };
  const plan = planFor({ services: [web] }, [secret]);
  let started: StartedSession;
  const cluster = () => ({ name: plan.session, container: started.cluster.container });
  beforeAll(async () => {
    started = await place.up(plan, { onLine: (line) => lines.push(line) });
    // In the first moments of a container nothing can be run in it.
    await vi.waitFor(() => place.command(cluster(), ['true']), within);
  });
  afterAll(() => place.down(plan.id));

  describe('facts', () => {
    it('are plain data', async () => {
      const facts = await place.facts();
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
      expect(facts).toMatchObject({ version: expect.stringMatching(/./), dataRoot: expect.any(String) });
    });
  });

  describe('up', () => {
    it('starts everything in the plan, each part under its name on the network', async () => {
      const script = 'socat -T1 - TCP:web:80 </dev/null';
      const answer = async () => (await place.command(cluster(), ['sh', '-c', script])).stdout;
      await expect.poll(answer, within).toBe('hello\n');
      const { exitCode } = await place.command(builderFor(plan), ['getent', 'hosts', 'kubernetes'], {
        env: builderEnv,
      });
      expect(exitCode).toBe(0);
    });

    it('passes on what the cluster prints, from its first line on', async () => {
      await expect.poll(() => lines.join('\n'), within).toContain('prepare');
      expect(started.cluster.output.text()).toContain(lines[0]);
    });

    it('leaves nothing if a part cannot be started', async () => {
      const broken = planFor({ services: [{ name: 'none', image: 'test.local/none:1' }] });
      await expect(place.up(broken)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
      expect(await partsOf(broken.id)).toEqual([]);
    });

    it('leaves nothing if it is aborted', async () => {
      const aborted = planFor();
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(place.up(aborted, { signal })).rejects.toThrow('enough');
      expect(await partsOf(aborted.id)).toEqual([]);
    });

    it('refuses the name of a session that is there, and leaves that alone', async () => {
      const second = planFor({ name: plan.session });
      await expect(place.up(second)).rejects.toMatchObject({ code: 'SESSION_EXISTS' });
      expect(await partsOf(second.id)).toEqual([]);
      expect(await place.watch(cluster()).state()).toMatchObject({ running: true });
    });

    it('keeps the output of a container that ends at once', async () => {
      const short = planFor({ services: [service('short', 'echo last words; exit 1')] });
      const [{ output } = { output: undefined }] = (await place.up(short)).services;
      try {
        await output?.ended;
        expect(output?.text()).toBe('last words\n');
      } finally {
        await place.down(short.id);
      }
    });
  });

  describe('list', () => {
    it('has everything of a session, with the labels of the plan', async () => {
      const parts = await partsOf(plan.id);
      expect(parts.map(({ labels }) => labels)).toEqual(
        expect.arrayContaining([
          expect.objectContaining(plan.cluster.labels),
          expect.objectContaining(plan.services[0]?.labels),
        ]),
      );
      const found = parts.find(({ labels }) => labels[label.role] === 'cluster');
      expect(found?.container).toMatchObject({ id: cluster().container, image, state: 'running' });
      expect(found?.container?.ports[8443]).toBeGreaterThan(0);
    });

    it('is plain data', async () => {
      const listed = await place.list();
      expect(JSON.parse(JSON.stringify(listed))).toEqual(listed);
    });
  });

  describe('down', () => {
    it('removes everything with the id, and nothing else', async () => {
      const other = planFor();
      await place.up(other);
      expect((await place.down(other.id)).containers).toBe(1);
      expect(await partsOf(other.id)).toEqual([]);
      expect(await partsOf(plan.id)).not.toEqual([]);
    });

    it('is no error if there is nothing left', async () => {
      const nothing = { containers: 0, networks: 0, volumes: 0 };
      expect(await place.down(randomName(8))).toEqual(nothing);
    });
  });

  describe('watch', () => {
    it('says what a container is, and nothing of one that is gone', async () => {
      const state = await place.watch(cluster()).state();
      expect(state).toMatchObject({ session: plan.session, running: true, frozen: false });
      expect(Date.parse(state?.startedAt ?? '')).toBeLessThanOrEqual(Date.now());
      expect(JSON.stringify(state)).not.toContain('LEASE_SECONDS');
      expect(await place.watch({ name: 'none', container: 'none' }).state()).toBeUndefined();
    });

    it('ends when the container goes', async () => {
      const other = planFor();
      const { container } = (await place.up(other)).cluster;
      const changes = place.watch({ name: other.session, container }).changes(AbortSignal.timeout(60_000));
      let seen = 0;
      for await (const state of changes) {
        seen += 1;
        expect(state.session).toBe(other.session);
        if (seen === 1) void place.down(other.id);
      }
      expect(seen).toBeGreaterThan(0);
    });

    it('has the output from its beginning, and follows it until it is stopped', async () => {
      const watch = place.watch(cluster());
      let text = '';
      for await (const { data } of watch.output()) text += data.toString();
      expect(text).toContain(lines[0]);
      const controller = new AbortController();
      const following = async () => {
        for await (const _ of watch.output({ follow: true, signal: controller.signal }))
          controller.abort(new Error('enough'));
      };
      await expect(following()).rejects.toThrow('enough');
    });
  });

  describe('renew', () => {
    it('sets the end of the lease', async () => {
      await expect.poll(() => leaseEnd(place, cluster()).catch(() => undefined), within).toBeDefined();
      await place.renew(cluster(), 3600);
      const left = ((await leaseEnd(place, cluster()))?.getTime() ?? 0) - Date.now();
      expect([left > 3_500_000, left <= 3_600_000]).toEqual([true, true]);
    });
  });

  describe('command', () => {
    const sh = (script: string) => ['sh', '-c', script];

    it('has the true exit code, and the outputs apart', async () => {
      const result = await place.command(cluster(), sh('echo out; echo err >&2; exit 3'));
      expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
    });

    it('writes stdin and closes it', async () => {
      const input = Buffer.alloc(1 << 20, 'x');
      expect(await place.command(cluster(), sh('wc -c'), { input })).toMatchObject({ stdout: '1048576\n' });
    });

    it('adds to the environment of a running container', async () => {
      const env = { CONTRACT: 'kept', LEASE_SECONDS: '1' };
      const { stdout } = await place.command(cluster(), sh('echo $CONTRACT $LEASE_SECONDS $BOOTSTRAPPER'), {
        env,
      });
      expect(stdout).toBe('kept 1 native\n');
    });

    it('rejects with the reason of an abort', async () => {
      const controller = new AbortController();
      const onLine = () => controller.abort(new Error('enough'));
      const running = place.command(cluster(), sh('echo started; sleep 60'), {
        onLine,
        signal: controller.signal,
      });
      await expect(running).rejects.toThrow('enough');
    });

    it('says that a container is gone', async () => {
      const gone = { name: 'gone', container: 'none' };
      await expect(place.command(gone, ['true'])).rejects.toMatchObject({ code: 'SESSION_GONE' });
    });

    it('runs in a builder with no other environment, as its user, with its files', async () => {
      const file = { path: '/etc/contract/key', content: Buffer.from('mine\n') };
      const builder = builderFor(plan, { user: '1000:1000', workdir: '/tmp', files: [file] });
      const script = 'id -u; pwd; cat /etc/contract/key; stat -c %a /etc/contract/key; env | sort; exit 4';
      const { stdout, exitCode } = await place.command(builder, sh(script), { env: builderEnv });
      expect(stdout.split('\n').slice(0, 4)).toEqual(['1000', '/tmp', 'mine', '400']);
      expect(stdout).not.toContain('ISTIO_CI');
      expect(exitCode).toBe(4);
    });

    it('ends an aborted builder, and leaves no builder', async () => {
      const controller = new AbortController();
      const seen: string[] = [];
      const script = 'trap "echo terminated; exit 1" TERM; echo ready; while :; do sleep 0.1; done';
      const running = place.command(builderFor(plan), sh(script), {
        env: builderEnv,
        onLine: (line) => {
          seen.push(line);
          if (line === 'ready') controller.abort(new Error('stop'));
        },
        signal: controller.signal,
      });
      await expect(running).rejects.toThrow('stop');
      expect(seen).toEqual(['ready', 'terminated']);
      const roles = (await partsOf(plan.id)).map(({ labels }) => labels[label.role]);
      expect(roles).not.toContain('builder');
    });
  });

  describe('files', () => {
    it('have the content of the plan', async () => {
      expect(await place.files(cluster(), '/etc/contract')).toEqual([secret]);
    });

    it('are none in a folder that is not there', async () => {
      expect(await place.files(cluster(), '/no/such/folder')).toEqual([]);
    });
  });

  describe('dial', () => {
    const ping = async () => {
      const connection = await place.dial(cluster(), 'docker');
      try {
        connection.end('GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n');
        let answer = '';
        for await (const chunk of connection) answer += String(chunk);
        return answer;
      } finally {
        connection.destroy();
      }
    };

    it('is a byte stream to the Docker of the cluster', async () => {
      await expect.poll(() => ping().catch(String), within).toMatch(/^HTTP\/1\.\d 200 .*OK$/s);
    });
  });

  describe.runIf(place.standby)('standby', () => {
    it('hands a warm cluster out once, as the session of a plan', async () => {
      const { standby } = place;
      const warm = planFor();
      const { container } = (await place.up(warm)).cluster;
      const taken = planFor();
      const handedOut = { ...taken, id: warm.id };
      const watch = place.watch({ name: warm.session, container });
      try {
        await standby?.freeze(container);
        expect(await watch.state()).toMatchObject({ frozen: true });
        const claims = await Promise.all([standby?.claim(container), standby?.claim(container)]);
        expect(claims.toSorted()).toEqual([false, true]);
        await standby?.handOut(container, handedOut);
        expect(await watch.state()).toMatchObject({ session: taken.session, frozen: false });
      } finally {
        await place.down(warm.id);
      }
      expect(await partsOf(warm.id)).toEqual([]);
    });
  });

  describe.runIf(place.images)('images', () => {
    it('have labels, and are absent if they are not there', async () => {
      expect(await place.images?.labels(image)).toHaveProperty(['dev.istio-ci.kubernetes']);
      expect(await place.images?.labels('test.local/none:1')).toBeUndefined();
    });

    it('are saved as archives', async () => {
      const archive = await place.images?.save(smallImage);
      const [chunk] = archive ? await once(archive, 'data') : [];
      archive?.destroy();
      expect(chunk.length).toBeGreaterThan(0);
      await expect(place.images?.save('test.local/none:1')).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    });
  });
}
