import { CommandError, messageOf, run } from '@istio-ci/kit';
import type { Arch, BinaryName } from '../fetch/artifacts.ts';
import { hostArch } from '../fetch/artifacts.ts';

/** The arguments that make a binary tell its version; ztunnel's name no revision in a form that is fixed. */
const versionArguments: Readonly<Record<BinaryName, readonly string[] | undefined>> = {
  envoy: ['--version'],
  ztunnel: undefined,
};

/** What a binary says of itself. */
export interface Version {
  /** The commit it was built from, in the words of its builder. */
  readonly revision: string;
  readonly version: string;
}

/** Reads Envoy's `… version: <revision>/<version>/Clean/RELEASE/BoringSSL`; undefined for any other text. */
function parseVersion(text: string): Version | undefined {
  const [, revision, version] = /version:\s*([^/\s]+)\/([^/\s]+)\//.exec(text) ?? [];
  return revision === undefined || version === undefined ? undefined : { revision, version };
}

/**
 * Runs the binary and reads its version.
 * @returns undefined where it cannot run on this machine or has no such form
 * @throws {CommandError} if it does not run though it should
 */
export async function versionOf(path: string, name: BinaryName, arch: Arch): Promise<Version | undefined> {
  const wanted = versionArguments[name];
  if (arch !== hostArch || wanted === undefined) return undefined;
  const { stdout } = await run([path, ...wanted], { timeoutMs: 30_000 });
  const version = parseVersion(stdout);
  if (version) return version;
  throw new CommandError([path, ...wanted], {
    exitCode: 0,
    stdout,
    stderr: '',
    reason: `prints no version but ${JSON.stringify(messageOf(stdout).slice(0, 80))}`,
  });
}
