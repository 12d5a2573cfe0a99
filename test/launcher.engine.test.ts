import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LauncherSandbox, machinePath } from './harness/launcher-sandbox.ts';

let sandbox: LauncherSandbox;
let pidFile: string;

beforeEach(() => {
  sandbox = new LauncherSandbox();
  pidFile = join(sandbox.folder, 'docker.pid');
  // The real dockerd, with its own sockets, state, mounts and network devices in the sandbox.
  sandbox.provide(
    'dockerd',
    `PATH='${machinePath}:/usr/sbin:/sbin'
exec unshare --net --mount dockerd --bridge none --iptables=false --exec-root '${sandbox.folder}/docker' \\
  --pidfile '${pidFile}' --host 'unix://${sandbox.socket}' "$@"`,
  );
});

afterEach(async () => {
  await stopEngine();
  sandbox[Symbol.dispose]();
});

const launch = () =>
  sandbox.launch(['demo'], {
    path: `${sandbox.bin}:${machinePath}`,
    env: { ISTIO_CI_DATA_ROOT: join(sandbox.folder, 'data') },
  });

const docker = (...args: string[]) => run(['docker', '--host', `unix://${sandbox.socket}`, ...args]);

async function stopEngine(): Promise<void> {
  if (!existsSync(pidFile)) return;
  process.kill(Number(readFileSync(pidFile, 'utf8')));
  await vi.waitUntil(() => !existsSync(pidFile), { timeout: 30_000 });
}

// New namespaces need root.
describe.skipIf(process.getuid?.() !== 0)(
  'the launcher, after dockerd was killed',
  { timeout: 180_000 },
  () => {
    it('starts it without its networks if one was half removed, and keeps a copy of those', async () => {
      await launch();
      await docker('network', 'create', 'half-removed');
      await stopEngine();
      const networks = join(sandbox.folder, 'data/network/files/local-kv.db');
      // The kill leaves the network without its addresses. A name of the same length keeps the database
      // intact.
      const cut = readFileSync(networks, 'latin1').replaceAll('"ipamV4Info"', '"ipamV4Gone"');
      writeFileSync(networks, cut, 'latin1');

      const result = await launch();
      expect(result.stderr).toContain(`kept in ${networks}.broken`);
      expect(result.exitCode).toBe(0);
      expect(readFileSync(`${networks}.broken`, 'latin1')).toBe(cut);
      const { stdout } = await docker('network', 'ls', '--format', '{{.Name}}');
      expect(stdout.split('\n')).toContain('host');
    });

    it('starts another one, and another containerd, also if the killed ones are zombies', async () => {
      await using dockerd = await zombie('dockerd');
      await using containerd = await zombie('containerd');
      const ofContainerd = join(sandbox.folder, 'docker/containerd/containerd.pid');
      mkdirSync(dirname(ofContainerd), { recursive: true });
      writeFileSync(pidFile, dockerd.pid);
      writeFileSync(ofContainerd, containerd.pid);
      expect(await launch()).toMatchObject({ exitCode: 0 });
    });
  },
);

/** Starts a program of this name that becomes a zombie. */
async function zombie(name: string) {
  const program = join(sandbox.folder, 'killed', name);
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  // The shell becomes a program that does not wait for its child.
  const parent = spawn('sh', ['-c', `'${program}' & echo $!; exec sleep 600`]);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = line.toString().trim();
  const status = () => readFileSync(`/proc/${pid}/status`, 'utf8');
  await vi.waitUntil(() => /^State:\tZ/m.test(status()));
  expect(status()).toMatch(new RegExp(`^Name:\t${name}$`, 'm'));
  return { pid, [Symbol.asyncDispose]: async () => void parent.kill() };
}
