import { describe, expect, it } from 'vitest';
import { optionsFromEnvironment } from './options.ts';

describe('options from the environment', () => {
  it.each(['true', '1', 'yes'])('is a dry run for %s', (text) => {
    expect(optionsFromEnvironment({ ISTIO_CI_DRY_RUN: text }).dryRun).toBe(true);
  });

  it('are unset if nothing is set, or a parameter was left empty', () => {
    const variables = ['BUILD_TAG', 'ISTIO_CI_CREDENTIALS', 'ISTIO_CI_DRY_RUN', 'ISTIO_CI_REQUIRE_RELEASE'];
    for (const environment of [{}, Object.fromEntries(variables.map((name) => [name, '']))])
      expect(
        Object.values(optionsFromEnvironment(environment)).filter((value) => value !== undefined),
      ).toEqual([]);
  });

  it.each(['ISTIO_CI_DRY_RUN', 'ISTIO_CI_REQUIRE_RELEASE', 'ISTIO_CI_ALLOW_DIRTY'])(
    'is refused where %s says neither yes nor no',
    (name) => {
      expect(() => optionsFromEnvironment({ [name]: 'ture' })).toThrow(`${name} is "ture"`);
    },
  );
});
