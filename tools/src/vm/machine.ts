import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectEngine, type EngineAddress, execIn, withContainer } from '@istio-ci/image-builder';
import type Docker from 'dockerode';

/**
 * The engines of the machine and the port that starts each (images/vm): Debian's engine with the systemd and
 * with the cgroupfs driver for cgroups, and a newer one.
 */
const enginePorts = { systemd: 2375, cgroupfs: 2376, newer: 2377 } as const;

export type EngineName = keyof typeof enginePorts;

/** The port of each engine of a running machine, on the loopback of this host. */
export type MachinePorts = Readonly<Record<EngineName, number>>;

export interface MachineRequest {
  readonly image: string;
  /** A folder that `provideDisk` made. */
  readonly disk: string;
  /** The file for the console of the machine, with the log of its engine. */
  readonly consoleFile: string;
  readonly signal: AbortSignal;
}

/**
 * Boots the machine, waits until its engine answers, and runs `body`. The machine ends with `body` and with
 * this process; what it wrote is lost.
 */
export async function withMachine<T>(
  engine: Docker,
  request: MachineRequest,
  body: (ports: MachinePorts) => Promise<T>,
): Promise<T> {
  return withContainer(engine, machineContainer(request), async (container) => {
    await mkdir(dirname(request.consoleFile), { recursive: true });
    const console = createWriteStream(request.consoleFile);
    const controller = new AbortController();
    const signal = AbortSignal.any([request.signal, controller.signal]);
    const running = execIn(container, ['start-machine', '/disk/disk.img'], {
      signal,
      onLine: (line) => void console.write(`${line}\n`),
    });
    const ended = running.then(({ exitCode }) => {
      throw new Error(`The virtual machine ended with exit code ${exitCode}; see ${request.consoleFile}.`);
    });
    const use = async () => {
      const ports = await portsOf(container);
      await answering(ports.systemd, signal);
      return body(ports);
    };
    try {
      return await Promise.race([use(), ended]);
    } finally {
      controller.abort();
      console.end();
    }
  });
}

/**
 * The container of the machine, which is a process that traces its children, with a network link and its
 * memory in shared memory.
 */
function machineContainer({ image, disk }: MachineRequest): Docker.ContainerCreateOptions {
  const ports = Object.values(enginePorts).map((port) => `${port}/tcp`);
  return {
    Image: image,
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    HostConfig: {
      Binds: [`${disk}:/disk:ro`],
      CapAdd: ['NET_ADMIN'],
      Devices: [{ PathOnHost: '/dev/net/tun', PathInContainer: '/dev/net/tun', CgroupPermissions: 'rwm' }],
      SecurityOpt: ['seccomp=unconfined'],
      // The default /dev/shm is mounted noexec, and the machine executes its memory.
      Tmpfs: { '/dev/shm': 'rw,exec,nosuid,nodev,size=5g' },
      PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostIp: '127.0.0.1', HostPort: '' }]])),
    },
  };
}

async function portsOf(container: Docker.Container): Promise<MachinePorts> {
  const { Ports } = (await container.inspect()).NetworkSettings;
  const published = (name: EngineName) => Number(Ports[`${enginePorts[name]}/tcp`]?.[0]?.HostPort);
  return { systemd: published('systemd'), cgroupfs: published('cgroupfs'), newer: published('newer') };
}

/** The address of the engine of the machine at this port. */
export function engineAt(port: number): EngineAddress {
  return { host: '127.0.0.1', port };
}

/**
 * Resolves when the engine answers. A connection starts it; until the machine is up, connections are refused.
 */
async function answering(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answered = await connectEngine(engineAt(port))
      .ping()
      .then(
        () => true,
        () => false,
      );
    if (answered) return;
    await delay(500, undefined, { signal });
  }
}
