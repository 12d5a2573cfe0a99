import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchEnvoy } from './fetch/fetch.ts';
import type { FetchedEnvoy, FetchRequest } from './fetch/types.ts';
import { installEnvoy } from './install/install.ts';
import { type Arch, hostArch } from './pin/build.ts';
import type { EnvoyLock, LockEntry } from './pin/lock-schema.ts';

export interface LockRequest extends Omit<FetchRequest, 'arch' | 'lock' | 'locked'> {
  /** By default that of this machine. */
  readonly arches?: readonly Arch[];
}

/**
 * Makes the lock of a pin: fetches and unpacks the archive for each architecture and records its hash. If
 * the binary runs on this machine and reports another revision than the pin, that revision is recorded too.
 * @throws {CiError} as `fetchEnvoy` and `installEnvoy`
 */
export async function makeLock({ arches, ...request }: LockRequest): Promise<EnvoyLock> {
  const entries: LockEntry[] = [];
  for (const arch of arches ?? [hostArch ?? 'amd64']) {
    const fetched = await fetchEnvoy({ ...request, arch });
    const { name, sha, flavour } = request.pin;
    const { url, size, sha256, hashSource } = fetched;
    const revision = await otherRevision(fetched, request);
    entries.push({
      name,
      sha,
      flavour,
      arch,
      url,
      size,
      sha256,
      source: hashSource,
      ...(revision && { revision }),
    });
    request.progress?.(
      revision === undefined
        ? `${name} ${sha.slice(0, 8)} ${arch}: sha256 ${sha256} (${hashSource})`
        : `${name} ${sha.slice(0, 8)} ${arch}: IT REPORTS REVISION ${revision}; the lock records that, so review it`,
    );
  }
  return { version: 1, entries };
}

async function otherRevision(fetched: FetchedEnvoy, request: LockRequest): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-envoy-'));
  try {
    const targets = [join(folder, fetched.pin.name)];
    const { version } = await installEnvoy(fetched, {
      targets,
      compareRevision: false,
      signal: request.signal,
    });
    return version === undefined || version.revision === fetched.pin.sha ? undefined : version.revision;
  } finally {
    await rm(folder, { recursive: true });
  }
}
