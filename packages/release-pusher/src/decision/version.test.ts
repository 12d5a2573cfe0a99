import { describe, expect, it } from 'vitest';
import { compareVersions, isReserved, mayMove, movingTags, parseVersion } from './version.ts';

const grammar = { vendor: ['acme', 'acmefips'] };
const version = (tag: string) => {
  const parsed = parseVersion(tag, grammar);
  if (!parsed) throw new Error(`${tag} is no version`);
  return parsed;
};

describe('parseVersion', () => {
  it.each([
    '1.29.1',
    'v1.29.1',
    '1.30.0-rc.1',
    '1.29.1-acme',
    '1.29.1-acme.2',
    '1.29.1-acme3',
    '1.30.0-beta.0-acme.1',
  ])('reads %s', (tag) => expect(parseVersion(tag, grammar)?.tag).toBe(tag));

  it.each(['1.29', 'release-1.29.1', '1.29.1+acme.2', '01.2.3', '1.2.3-', 'latest', ''])(
    'refuses %j',
    (tag) => expect(parseVersion(tag, grammar)).toBeUndefined(),
  );

  it('treats an unknown suffix as a pre-release', () => {
    expect(parseVersion('1.29.1-other.2')?.core.prerelease).toEqual(['other', 2]);
  });
});

describe('compareVersions', () => {
  it("puts the distribution's releases in its own order", () => {
    const ascending = [
      '1.29.0',
      '1.29.1-rc.1',
      '1.29.1-rc.1-acme.1',
      '1.29.1',
      '1.29.1-acme',
      '1.29.1-acme.2',
      '1.29.1-acme.10',
      '1.29.1-acmefips.1',
      '1.30.0',
    ];
    const shuffled = [...ascending].reverse();
    expect(shuffled.sort((a, b) => compareVersions(version(a), version(b)))).toEqual(ascending);
  });
});

describe('movingTags', () => {
  it('are the line and latest', () =>
    expect(movingTags(version('1.29.1-acme.2'))).toEqual(['1.29', 'latest']));
  it('keep the prefix of the release', () =>
    expect(movingTags(version('v1.29.1'))).toEqual(['v1.29', 'latest']));
  it('do not follow a pre-release', () => expect(movingTags(version('1.30.0-rc.1'))).toEqual([]));
});

describe('isReserved', () => {
  it.each([
    '1.29.1',
    'v1.29.1-rc.1',
    '1.29.1-acme.2',
    '1.29',
    'v1.29',
    'latest',
    '1.29-debug',
    'latest-distroless',
  ])('%s is no name for a build', (tag) => expect(isReserved(tag, grammar)).toBe(true));
  it.each(['jenkins-acme-7', '1', '129', 'build-1.29.1', 'dev-0123456789ab-20260102030405', '1.29.1.4'])(
    '%s is one',
    (tag) => expect(isReserved(tag, grammar)).toBe(false),
  );
});

describe('mayMove', () => {
  const out = ['1.29.3', '1.30.0', '1.31.0-rc.1'].map(version);

  it('moves nothing backwards', () => expect(mayMove('1.29', version('1.29.2'), out)).toBe(false));
  it('moves a line forward', () => expect(mayMove('1.29', version('1.29.4'), out)).toBe(true));
  it('keeps latest on the newer line', () => expect(mayMove('latest', version('1.29.4'), out)).toBe(false));
  it('does not wait for a pre-release', () => expect(mayMove('latest', version('1.30.1'), out)).toBe(true));
  it('stays with the release that it is on', () =>
    expect(mayMove('1.30', version('1.30.0'), out)).toBe(true));
});
