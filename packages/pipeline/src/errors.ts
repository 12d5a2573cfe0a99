import { CiError } from '@istio-ci/kit';
import type { TestCase } from '@istio-ci/report';
import { linesThatMatter } from './builder/lines-that-matter.ts';

export const pipelineErrors = {
  sessionMissing: (name: string) =>
    new CiError({
      code: 'SESSION_MISSING',
      kind: 'cluster',
      message: `There is no session ${name} to run this stage in.`,
      remedy: 'Run the stage cluster first (pnpm turbo does), with the same BUILD_TAG.',
    }),

  kubernetesDiffers: (name: string, has: string, wanted: string) =>
    new CiError({
      code: 'KUBERNETES_DIFFERS',
      kind: 'usage',
      message: `The session ${name} has Kubernetes ${has}, and this run asks for ${wanted}.`,
      remedy: `Give every stage the same version (ISTIO_CI_KUBERNETES, or cluster.kubernetes in istio-ci.yaml), or start over: istio-ci down ${name}.`,
    }),

  makefileMissing: (file: string) =>
    new CiError({
      code: 'MAKEFILE_MISSING',
      kind: 'source',
      message: `The distribution has no ${file}.`,
      remedy:
        'Add a Makefile with the targets check, depend, build, test and push, or name commands under `stages` in istio-ci.yaml.',
    }),

  targetMissing: (targets: readonly string[], file: string) =>
    new CiError({
      code: 'TARGET_MISSING',
      kind: 'source',
      message: `${file} has no target ${targets.map((target) => `'${target}'`).join(', ')}.`,
      remedy: 'Add it, or name another command for the stage under `stages` in istio-ci.yaml.',
    }),

  stageFailed: (stage: string, command: string, exitCode: number, log: string, said: readonly string[]) =>
    new CiError({
      code: 'STAGE_FAILED',
      kind: 'failed',
      message: `Stage ${stage} failed: \`${command}\` exited ${exitCode}.`,
      remedy: `The whole output is in ${log}; later stages did not run.`,
      ...(said.length === 0 ? {} : { cause: new Error(`it said\n    ${said.join('\n    ')}`) }),
    }),

  testsFailed: (failed: readonly TestCase[], directory: string) => {
    const names = failed.map(({ name }) => name);
    const { name, message, output = '' } = failed[0] ?? { name: '' };
    const said = linesThatMatter([...(message ?? '').split('\n'), ...output.split('\n')]);
    return new CiError({
      code: 'TESTS_FAILED',
      kind: 'failed',
      message: `${names.length === 1 ? 'A test' : `${names.length} tests`} failed: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`,
      remedy: `Read ${directory}; the command itself exited 0, so its exit code hides failures.`,
      ...(said.length === 0 ? {} : { cause: new Error(`${name} said\n    ${said.join('\n    ')}`) }),
    });
  },

  treeUnknown: (tag: string) =>
    new CiError({
      code: 'TREE_UNKNOWN',
      kind: 'source',
      message: `Whether the source of release ${tag} changed while it was built is unknown: the stage check did not record it.`,
      remedy: 'Run the stages from check on, with the same distribution (istio-ci run push does).',
    }),

  envoyUnverified: (sha: string) =>
    new CiError({
      code: 'ENVOY_UNVERIFIED',
      kind: 'integrity',
      message: `The Envoy ${sha.slice(0, 12)} that was tested is not verified: its hash is from its first download.`,
      remedy:
        'Pin it: istio-ci envoy lock, review envoy.lock, commit it. A release does not accept such an Envoy.',
    }),

  hubMissing: (file: string) =>
    new CiError({
      code: 'HUB_MISSING',
      kind: 'usage',
      message: 'Push has nowhere to push to.',
      remedy: `Name at least one registry under \`hubs\` in ${file}, or with --hub.`,
    }),

  registryUser: (container: string, output: string) =>
    new CiError({
      code: 'REGISTRY_USER',
      kind: 'registry',
      message: `The session's registry ${container} accepts no new user: ${output.trim() || 'no reason given'}.`,
      remedy: 'Check the `htpasswd` path of the service in istio-ci.yaml.',
    }),
};
