import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostSources, sourcesFrom } from './apt-sources.ts';

const bookworm = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n';

describe('sourcesFrom', () => {
  it("keeps the machine's mirrors and suites, for our release", () => {
    const targets = [
      'http://mirror.test/debian/ bookworm main',
      'http://mirror.test/debian/ bookworm main',
      'http://mirror.test/debian/ bookworm contrib',
      'http://mirror.test/debian/ bookworm-updates main',
      'http://safe.test/debian-security/ bookworm-security main',
      '',
    ];
    expect(sourcesFrom(bookworm, targets.join('\n'))).toEqual([
      'deb http://mirror.test/debian/ trixie main',
      'deb http://mirror.test/debian/ trixie-updates main',
      'deb http://safe.test/debian-security/ trixie-security main',
    ]);
  });

  it('leaves out archives that are not Debian though their releases are called the same', () => {
    const targets = 'https://apt.tool.test/ bookworm main\nhttp://mirror.test/debian bookworm main';
    expect(sourcesFrom(bookworm, targets)).toEqual(['deb http://mirror.test/debian trixie main']);
  });

  it('is empty if the main archive is missing', () => {
    expect(sourcesFrom(bookworm, 'http://safe.test/debian-security bookworm-security main')).toEqual([]);
  });

  it('is empty on another distribution', () => {
    const ubuntu = 'VERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n';
    expect(sourcesFrom(ubuntu, 'http://mirror.test/ubuntu/ noble main')).toEqual([]);
  });
});

describe('hostSources', () => {
  const isDebian = readFileSync('/etc/os-release', 'utf8').includes('\nID=debian\n');

  it.runIf(isDebian)('finds where this machine gets its packages', async () => {
    const lines = await hostSources();
    expect(lines.join('\n')).toMatch(/^deb \S+ trixie main$/m);
  });
});
