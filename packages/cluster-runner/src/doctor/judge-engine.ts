import { formatBytes, formatSeconds } from '@istio-ci/kit';
import type { PlaceFacts } from '../place/place.ts';
import type { Limits } from '../place/plan.ts';
import { broken, type Finding, fine, warning } from './finding.ts';

const GiB = 1024 ** 3;

/**
 * What one cluster needs before anything of the user's runs in it: idle it takes some 400 MiB (docs/boot.md).
 */
const needs = { memoryBytes: GiB, diskBytes: GiB } as const;

/** With less than this there is no room for what a distribution builds: our own images take some 3 GiB. */
const amplyDiskBytes = 10 * GiB;

/** Debian 12's version; older ones were never tried. */
const leastVersion = [20, 10] as const;

/**
 * Drivers with which a layer costs only its changes. The others copy, or newer engines no longer have them.
 */
const layeredDrivers = ['overlay2', 'overlayfs', 'fuse-overlayfs', 'btrfs', 'zfs', 'stargz'];

/** The first minor version whose kubelet refuses cgroup v1 by default (`failCgroupV1`). */
const cgroupV2Since = 35;

/** A container is made by hundreds of watches; the usual 128 are used up by two clusters. */
const leastInstances = 512;

/** Certificates of the cluster are valid from one hour before its start on (internal/pki). */
const clockMs = { broken: 60 * 60_000, warning: 30_000 } as const;

/**
 * Judges whether the engine can start and run a cluster; done before each `up` too. Pure.
 * @param kubernetes the version to be run, `1.37.2`
 */
export function judgeEngine(facts: PlaceFacts, kubernetes: string, limits: Limits = {}): Finding[] {
  return [
    judgeVersion(facts),
    judgeStorage(facts),
    judgeCgroup(facts, kubernetes),
    judgeInotify(facts),
    judgeMemory(facts, limits),
    judgeDisk(facts),
    judgeTime(facts),
  ];
}

function judgeVersion({ version, otherEngine, rootless }: PlaceFacts): Finding {
  const check = 'engine';
  if (otherEngine !== undefined) {
    return warning(
      check,
      'ENGINE_OTHER',
      `The engine is ${otherEngine} ${version}, which was never tried.`,
      'Use Docker where something does not work.',
    );
  }
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major < leastVersion[0] || (major === leastVersion[0] && minor < leastVersion[1])) {
    return broken(
      check,
      'ENGINE_TOO_OLD',
      `Docker ${version} is older than ${leastVersion.join('.')}.`,
      'Install a newer one: Debian 12 and Ubuntu 22.04 have it as docker.io.',
    );
  }
  if (rootless) {
    return warning(
      check,
      'ENGINE_ROOTLESS',
      `Docker ${version} runs rootless, which was never tried: a cluster needs SYS_ADMIN over the machine's cgroups.`,
      'Use an engine that runs as root where the cluster does not boot.',
    );
  }
  return fine(check, `Docker ${version}.`);
}

function judgeStorage({ storageDriver, dataRoot }: PlaceFacts): Finding {
  if (layeredDrivers.includes(storageDriver)) return fine('storage', `Storage driver ${storageDriver}.`);
  return warning(
    'storage',
    'STORAGE_DRIVER',
    `The engine keeps its images with the driver ${storageDriver}: slow, and each layer takes a whole copy.`,
    `Let it use overlay2, on a file system at ${dataRoot} that can (ext4, or xfs with ftype=1).`,
  );
}

function judgeCgroup({ cgroupVersion }: PlaceFacts, kubernetes: string): Finding {
  const check = 'cgroup';
  if (cgroupVersion === '2') return fine(check, 'cgroup v2.');
  if (cgroupVersion !== '1') {
    return broken(
      check,
      'CGROUP_NONE',
      'The engine has no cgroups, without which the kubelet starts nothing.',
      'Mount them on its machine: the package cgroupfs-mount does it where systemd does not.',
    );
  }
  if (Number(kubernetes.split('.')[1]) < cgroupV2Since)
    return fine(check, `cgroup v1, which Kubernetes ${kubernetes} runs on.`);
  return warning(
    check,
    'CGROUP_V1',
    `The engine's machine has cgroup v1, which Kubernetes ${kubernetes} runs on only because our images allow it.`,
    'Boot the machine with cgroup v2 (systemd.unified_cgroup_hierarchy=1) before a later Kubernetes drops v1.',
  );
}

function judgeInotify({ inotifyInstances: instances }: PlaceFacts): Finding {
  const check = 'inotify';
  if (instances === undefined) return fine(check, "Not judged: the engine's machine is another one.");
  if (instances >= leastInstances) return fine(check, `${instances} inotify instances a user.`);
  return warning(
    check,
    'INOTIFY_LOW',
    `This machine allows ${instances} inotify instances a user; a cluster raises that where it may.`,
    `sysctl fs.inotify.max_user_instances=${leastInstances} fs.inotify.max_user_watches=524288`,
  );
}

function judgeMemory({ memoryBytes = Infinity, availableBytes }: PlaceFacts, limits: Limits): Finding {
  const check = 'memory';
  const all = Math.min(memoryBytes, limits.memoryBytes ?? Infinity);
  const needed = formatBytes(needs.memoryBytes);
  if (all < needs.memoryBytes) {
    return broken(
      check,
      'MEMORY_TOO_SMALL',
      `A cluster has ${formatBytes(all)} of memory here and needs ${needed}.`,
      "Give the engine's machine, or the limit, more memory.",
    );
  }
  if (availableBytes !== undefined && availableBytes < needs.memoryBytes) {
    return warning(
      check,
      'MEMORY_LOW',
      `Only ${formatBytes(availableBytes)} of memory are free by now; a cluster takes ${needed}.`,
      'End something: istio-ci list shows the sessions, istio-ci pool list the warm clusters.',
    );
  }
  return fine(check, all === Infinity ? 'Not known.' : `${formatBytes(all)} of memory.`);
}

function judgeDisk({ diskBytes, dataRoot }: PlaceFacts): Finding {
  const check = 'disk';
  if (diskBytes === undefined) return fine(check, "Not judged: the engine's machine is another one.");
  const there = `The engine's disk at ${dataRoot} has ${formatBytes(diskBytes)} left`;
  if (diskBytes < needs.diskBytes) {
    return broken(
      check,
      'DISK_TOO_SMALL',
      `${there}; a cluster needs ${formatBytes(needs.diskBytes)}.`,
      'Free some (docker system prune), or let the engine keep its data elsewhere (ISTIO_CI_DATA_ROOT).',
    );
  }
  if (diskBytes < amplyDiskBytes) {
    return warning(
      check,
      'DISK_LOW',
      `${there}, less than images and builds of a distribution take.`,
      `Free some (docker system prune), up to ${formatBytes(amplyDiskBytes)}.`,
    );
  }
  return fine(check, `${there}.`);
}

function judgeTime({ clockAheadMs }: PlaceFacts): Finding {
  const check = 'time';
  if (clockAheadMs === undefined) return fine(check, 'Not known.');
  const off = Math.abs(clockAheadMs);
  if (off <= clockMs.warning) return fine(check, "The engine's clock and ours agree.");
  const message = `The engine's clock is ${formatSeconds(off / 1000)} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const remedy = 'Set both clocks (timedatectl set-ntp true).';
  return off > clockMs.broken
    ? broken(check, 'CLOCK_WRONG', `${message}: certificates of a cluster are not valid here.`, remedy)
    : warning(check, 'CLOCK_OFF', `${message}: leases end that much off their time.`, remedy);
}
