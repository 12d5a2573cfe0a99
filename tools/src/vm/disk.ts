import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execIn, withContainer } from '@istio-ci/image-builder';
import { cachePath, type Operation, sha256, tick, withFileLock } from '@istio-ci/kit';
import type Docker from 'dockerode';

/**
 * The images that decide the content of the disk, by their references; each has the hash of its inputs as its
 * tag.
 */
export interface DiskInputs {
  /** The files of the virtual machine. */
  readonly machine: string;
  /** The node image, which is on the disk from the start: loading it would take minutes. */
  readonly node: string;
}

/**
 * Returns the folder in the cache with `disk.img`, which the machine boots from. A disk takes 1.5 GB, so a
 * new one replaces the disks of other inputs.
 */
export async function provideDisk(
  engine: Docker,
  inputs: DiskInputs,
  { signal, progress }: Operation,
): Promise<string> {
  const name = sha256(JSON.stringify(inputs)).slice(0, 12);
  const disks = cachePath('vm');
  const folder = join(disks, name);
  return withFileLock(cachePath('locks', 'vm-disk'), { signal, progress }, async () => {
    await mkdir(disks, { recursive: true });
    const there = await readdir(disks);
    if (there.includes(name)) return folder;
    for (const other of there) await rm(join(disks, other), { recursive: true });
    using _ticker = tick(progress, () => 'making the disk of the virtual machine');
    const unfinished = `${folder}.unfinished`;
    await mkdir(unfinished);
    await make(engine, inputs, unfinished, signal);
    await rename(unfinished, folder);
    return folder;
  });
}

/**
 * Makes the disk in a container of the machine's image, with the same engine that will use the node image.
 */
async function make(
  engine: Docker,
  { machine, node }: DiskInputs,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const HostConfig = {
    CapAdd: ['SYS_ADMIN'],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    Binds: [`${folder}:/disk`],
  };
  await withContainer(engine, { Image: machine, HostConfig }, async (container) => {
    const input = (await engine.getImage(node).get()) as Readable;
    const { exitCode, stderr } = await execIn(container, ['make-disk', '/disk/disk.img'], {
      input,
      signal,
    });
    if (exitCode !== 0) throw new Error(`The disk of the virtual machine could not be made: ${stderr}`);
  });
}
