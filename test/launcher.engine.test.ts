import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@istio-ci/kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LauncherSandbox, machinePath } from './src/launcher-sandbox.ts';

let sandbox: LauncherSandbox;
let pidFile: string;

beforeEach(() => {
  sandbox = new LauncherSandbox();
  pidFile = join(sandbox.folder, 'docker.pid');
  // The real one, with what it has to itself in the sandbox: its sockets, state, mounts and network devices.
  sandbox.provide(
    'dockerd',
    `PATH='${machinePath}:/usr/sbin:/sbin'
exec unshare --net --mount dockerd --bridge none --iptables=false --exec-root '${sandbox.folder}/exec' \\
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

// Namespaces of its own need root.
it.skipIf(process.getuid?.() !== 0)(
  'starts a dockerd that was killed while it removed a network without its networks, and keeps those',
  async () => {
    await launch();
    await docker('network', 'create', 'half-removed');
    await stopEngine();
    const networks = join(sandbox.folder, 'data/network/files/local-kv.db');
    // What the kill leaves: the addresses are gone, the network is not. A name as long keeps the database whole.
    const cut = readFileSync(networks, 'latin1').replaceAll('"ipamV4Info"', '"ipamV4Gone"');
    writeFileSync(networks, cut, 'latin1');

    const result = await launch();
    expect(result.stderr).toContain(`kept in ${networks}.broken`);
    expect(result.exitCode).toBe(0);
    expect(readFileSync(`${networks}.broken`, 'latin1')).toBe(cut);
    const { stdout } = await docker('network', 'ls', '--format', '{{.Name}}');
    expect(stdout.split('\n')).toContain('host');
  },
  180_000,
);
