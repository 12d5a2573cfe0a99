import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  downSession,
  execInSession,
  type Session,
  saveEvidence,
  sessionLog,
  upSession,
} from '../src/index.ts';
import { image, newName, place } from './harness.ts';

const name = newName();
let session: Session;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  session = await upSession({ place, image, name, leaseSeconds: 600 });
});
afterAll(async () => {
  await downSession(place, name);
  await rm(folder, { recursive: true });
});

async function bundle(target: Session | string): Promise<Record<string, string>> {
  const file = await saveEvidence(place, target, join(folder, 'bundle.tgz'));
  const found: Record<string, string> = {};
  for await (const entry of createReadStream(file).pipe(createGunzip()).pipe(extract())) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    found[entry.header.name] = Buffer.concat(parts).toString();
  }
  return found;
}

describe('the evidence of a session', () => {
  it('is one file for this user alone, with logs, events, descriptions, states and the boot timeline', async () => {
    await execInSession(place, session, ['kubectl', 'run', 'never', '--image=test.local/none:1']);
    const found = await bundle(session);
    expect(await readdir(folder)).toEqual(['bundle.tgz']);
    expect((await stat(join(folder, 'bundle.tgz'))).mode & 0o777).toBe(0o600);
    expect(found['kubectl/describe.txt']).toContain('never');
    expect(found['docker/info.txt']).toContain('Server Version');
    expect(JSON.parse(found['run/istio-ci/status.json'] ?? '')).toMatchObject({ ready: true });
    expect(found['var/log/minikube-start.log']).toContain('the cluster is ready');
    // The process that follows the logs may be a moment behind.
    expect(found['outside/output.log']).toContain('prepare done');
    expect(JSON.parse(found['outside/container.json'] ?? '')).toMatchObject({ State: { Running: true } });
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining(['var/log/kubelet.log', 'kubectl/events.txt', 'outside/engine.json']),
    );
  });

  it('cannot be written if a folder has its name, and leaves nothing there', async () => {
    await expect(saveEvidence(place, session, folder)).rejects.toMatchObject({
      code: 'EVIDENCE_NOT_WRITABLE',
      exitCode: 2,
    });
    await expect(saveEvidence(place, session, '/proc/bundle.tgz')).rejects.toMatchObject({
      code: 'EVIDENCE_NOT_WRITABLE',
    });
    expect(await readdir(join(folder, '..'))).not.toContain(`${basename(folder)}.partial`);
  });

  it('contains no environment, because a proxy may include its password', async () => {
    expect((await bundle(session))['outside/container.json']).not.toContain('"Env"');
  });

  it('has what is left of a container that is gone, and says what is missing', async () => {
    const found = await bundle('k8s-none');
    expect(found['inside-is-not-complete.txt']).toContain('k8s-none has ended');
    expect(found['outside/container.json']).toMatch(/no such container/i);
    expect(JSON.parse(found['outside/engine.json'] ?? '')).toHaveProperty('ServerVersion');
  });
});

describe('the log of a session', () => {
  const read = async (options: { component?: string; follow?: boolean; signal?: AbortSignal } = {}) => {
    const parts: Buffer[] = [];
    await sessionLog(place, session, { ...options, write: (data) => parts.push(data) });
    return Buffer.concat(parts).toString();
  };

  it('is the output of the container', async () => expect(await read()).toContain('the cluster is ready'));

  it('is that of one program if it is named', async () => {
    expect(await read({ component: 'kubelet' })).toContain('KubeletConfiguration');
  });

  it('names the programs that have one', async () => {
    await expect(read({ component: 'kublet' })).rejects.toMatchObject({
      code: 'LOG_UNKNOWN',
      remedy: expect.stringContaining('kubelet'),
    });
  });

  it.each([undefined, 'kubelet'])('is followed until it is stopped: %s', async (component) => {
    const controller = new AbortController();
    const { signal } = controller;
    const following = sessionLog(place, session, {
      ...(component === undefined ? {} : { component }),
      follow: true,
      signal,
      write: () => controller.abort(new Error('enough')),
    });
    await expect(following).rejects.toThrow('enough');
  });
});
