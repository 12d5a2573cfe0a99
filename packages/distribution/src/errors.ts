import { CiError } from '@istio-ci/kit';

const sentence = (text: string) => (text.endsWith('?') ? text : `${text}.`);

export const distributionErrors = {
  missing: (directory: string) =>
    new CiError({
      code: 'DISTRIBUTION_MISSING',
      kind: 'usage',
      message: `There is no distribution in ${directory}: no istio-ci.yaml, no istio.deps, no Makefile.`,
      remedy:
        'Name its directory with --distribution, or write an istio-ci.yaml there (docs/distribution.md).',
    }),

  unreadable: (file: string, cause: unknown) =>
    new CiError({
      code: 'CONFIG_UNREADABLE',
      kind: 'usage',
      message: `${file} cannot be read.`,
      remedy: 'Check that it is a file that this user may read.',
      cause,
    }),

  syntax: (file: string, faults: readonly string[]) =>
    new CiError({
      code: 'CONFIG_SYNTAX',
      kind: 'usage',
      message: `${file} is not valid YAML: ${faults.join('; ')}.`,
      remedy: 'Fix those lines.',
    }),

  /** `what` has the faults: the file, or the overrides. */
  invalid: (what: string, faults: readonly string[]) =>
    new CiError({
      code: 'CONFIG_INVALID',
      kind: 'usage',
      message: sentence(
        `${what} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults.join('; ')}`,
      ),
      remedy: 'Fix what it names; docs/istio-ci.schema.json describes every key.',
    }),
};
