import { readFile } from 'node:fs/promises';
import { CommandError, run } from '@istio-ci/kit';

/** The release of Debian that all images are based on. */
export const suite = 'trixie';

/**
 * The lines of a sources.list for `suite`, from the sources of this machine: the same mirror, with -updates
 * and -security if the machine has them. Empty if the machine is not a Debian; Debian's defaults apply then.
 */
export async function hostSources(): Promise<string[]> {
  try {
    const [osRelease, { stdout }] = await Promise.all([
      readFile('/etc/os-release', 'utf8'),
      run(listTargets),
    ]);
    return sourcesFrom(osRelease, stdout);
  } catch (error) {
    if (error instanceof CommandError || (error instanceof Error && 'code' in error)) return [];
    throw error;
  }
}

/** Without its package lists apt answers from its configuration alone, in 16 ms instead of 400. */
const listTargets = [
  'apt-get',
  'indextargets',
  '--no-release-info',
  '-o',
  'Dir::State::lists=/nonexistent',
  '--format',
  '$(REPO_URI) $(RELEASE) $(COMPONENT)',
  'Created-By: Packages',
];

/**
 * @param osRelease text of /etc/os-release
 * @param targets lines of "URI release component"
 */
export function sourcesFrom(osRelease: string, targets: string): string[] {
  const codename = /^VERSION_CODENAME="?(\w+)"?$/m.exec(osRelease)?.[1];
  if (codename === undefined || !/^ID="?debian"?$/m.test(osRelease)) return [];
  const lines = targets
    .split('\n')
    .map((line) => line.split(' '))
    .filter(
      ([uri = '', release = '', component]) => component === 'main' && isDebians(uri, release, codename),
    )
    .map(([uri, release]) => `deb ${uri} ${release?.replace(codename, suite)} main`);
  return lines.some((line) => line.endsWith(` ${suite} main`)) ? [...new Set(lines)] : [];
}

/**
 * Other distributions name their releases like Debian's ("bookworm main"); a Debian mirror is known by its
 * path.
 */
function isDebians(uri: string, release: string, codename: string): boolean {
  if (release === `${codename}-security` || release === `${codename}-updates`) return true;
  return release === codename && /\/debian[^/]*\/?$/.test(uri);
}
