import { isAbsolute, relative, resolve } from 'node:path';
import type { Operation } from '@istio-ci/kit';
import {
  type CredentialSource,
  type Credentials,
  loadCredentials,
  parseRepository,
  RegistryConnection,
  secretsOf,
} from '@istio-ci/registry';
import { releaseErrors } from '../errors.ts';
import { sweepCredentials } from '../secrets/lend-credentials.ts';
import { type Redactor, redactor } from '../secrets/redactor.ts';
import type { ResumeOptions } from './options.ts';

/** What every push works with. Its progress messages are redacted. */
export interface Opened extends Operation {
  readonly credentials: Credentials;
  readonly redactor: Redactor;
  readonly registry: RegistryConnection;
}

/**
 * Loads the credentials for the hubs, and opens the registries with them.
 * @throws {CiError} CREDS_*, HUB_INVALID
 */
export async function openRegistries(
  options: Pick<ResumeOptions, 'registry' | 'credentials' | 'scan'> & Operation,
  hubs: readonly string[],
): Promise<Opened> {
  refuseInside(options.credentials, options.scan);
  await sweepCredentials(options);
  const credentials = await loadCredentials(options.credentials, hubs.map(parseRepository), options);
  const hide = redactor(secretsOf(credentials));
  const operation: Operation = {
    signal: options.signal,
    progress: (message) => options.progress?.(hide.text(message)),
  };
  const registry = new RegistryConnection(options.registry, credentials, operation);
  return { ...operation, credentials, redactor: hide, registry };
}

function refuseInside(source: CredentialSource, folders: readonly string[]): void {
  if (source.kind === 'session') refuseInside(source.others, folders);
  if (source.kind !== 'file') return;
  for (const folder of folders)
    if (isInside(source.path, folder)) throw releaseErrors.credsInWorkspace(source.path, folder);
}

/** True for a path that is the folder or below it. Pure. */
export function isInside(path: string, folder: string): boolean {
  const below = relative(resolve(folder), resolve(path));
  return below !== '..' && !below.startsWith('../') && !isAbsolute(below);
}
