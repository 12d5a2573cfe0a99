import { pinOrigin } from '@istio-ci/envoy-fetcher';
import type { Findings } from './detect.ts';
import { type StageCommand, stageCommands } from './stages.ts';

/**
 * The text of an `istio-ci.yaml` for the findings. `schema` is the path of the JSON schema, for editors.
 * Pure.
 */
export function configuration(findings: Findings, schema: string): string {
  const { distribution, go } = findings;
  const modern = distribution.profile === 'modern';
  return `${[
    `# yaml-language-server: $schema=${schema}`,
    '# Written by `istio-ci init` from the contents of this directory. The schema describes every key;',
    '# `istio-ci config show` prints the values that a run would use.',
    `name: ${distribution.name}`,
    '',
    modern
      ? '# Go modules and istio.deps. The other profile is "0.5": the GOPATH layout of 2018.'
      : `# The GOPATH layout of 2018: the sources are in ${distribution.directory}, this directory is GOPATH.`,
    `profile: ${modern ? 'modern' : "'0.5'"}`,
    ...(go
      ? [`# Go ${go.version} (${go.file}:${go.line}): the builder's Go fetches that version itself.`]
      : []),
    '',
    ...stagesSection(stageCommands(findings)),
    '',
    ...hubsSection(findings),
    '',
    ...envoySection(findings),
    '',
    ...clusterSection(findings),
  ].join('\n')}\n`;
}

function stagesSection(commands: readonly StageCommand[]): string[] {
  const known = commands.filter(({ isDefault }) => isDefault);
  const others = commands.filter(({ isDefault }) => !isDefault);
  return [
    ...(known.length === 0
      ? []
      : [`# Run as \`make <stage>\`: ${known.map(({ stage, why }) => `${stage} (${why})`).join(', ')}.`]),
    ...(others.length === 0 ? ['# stages: {}'] : ['stages:']),
    ...others.flatMap(({ stage, command, why }) => [
      `  # ${why}`,
      ...yamlPair(stage, command).map((line) => `  ${line}`),
    ]),
  ];
}

function hubsSection({ makefile }: Findings): string[] {
  const hub = makefile.variables.get('HUB');
  // Without a host it is only a prefix of image names inside the cluster.
  const isRegistry = hub !== undefined && /^[a-z0-9-]+([.:][a-z0-9.:-]+)+\/[a-z0-9._/-]+$/i.test(hub.value);
  return isRegistry
    ? [`# Where images are pushed (HUB in ${hub.file}:${hub.line}).`, `hubs: [${quoted(hub.value)}]`]
    : [
        '# Where images are pushed. No registry was found; without one, run ends before Push.',
        '# hubs: [registry.example.com/acme]',
      ];
}

function envoySection({ envoy, ztunnel }: Findings): string[] {
  const key = envoy.era === '0.7+' ? 'deps' : envoy.file?.endsWith('WORKSPACE') ? 'workspace' : 'dockerfile';
  return [
    'envoy:',
    `  # The revision is pinned at ${pinOrigin(envoy)}: ${envoy.sha}.`,
    `  ${key}: ${envoy.file}`,
    '  # Where it is fetched from, in order. By default: the addresses of Istio itself.',
    '  # mirrors: [https://mirror.example.com/istio-build/proxy]',
    ...(ztunnel === undefined
      ? []
      : [
          '',
          `# Fetched in the same way, because Istio's Makefile needs it: pinned at ${pinOrigin(ztunnel)}, ${ztunnel.sha}.`,
          'ztunnel:',
          `  deps: ${ztunnel.file}`,
        ]),
  ];
}

function clusterSection({ makefile }: Findings): string[] {
  return /\bISTIO_CI_BASE_IMAGE\b/.test(makefile.text)
    ? [
        'cluster:',
        '  # The Makefile uses ISTIO_CI_BASE_IMAGE: this image, in the store of the cluster.',
        '  images: [base]',
      ]
    : ['# cluster:', '#   leaseMinutes: 120'];
}

/** A key and its text. A text with quotes becomes a block, where it needs no escapes. */
function yamlPair(key: string, text: string): string[] {
  return text.includes("'") ? [`${key}: |-`, `  ${text}`] : [`${key}: ${quoted(text)}`];
}

/** A text for YAML, in quotes if a plain scalar would mean something else. */
function quoted(text: string): string {
  return /^[\w./][\w ./-]*$/.test(text) ? text : `'${text}'`;
}
