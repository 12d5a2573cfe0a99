import { yesOrNo } from '@istio-ci/kit';

/** Where a value of the configuration came from. */
export type Origin =
  | { readonly kind: 'flag' | 'environment' | 'profile'; readonly name: string }
  | { readonly kind: 'file'; readonly line: number }
  | { readonly kind: 'default' };

/** A value that overrides the one in `istio-ci.yaml`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: Extract<Origin, { readonly name: string }>;
}

/** The values of options on the command line, by the key of their setting. */
export interface SettingFlags {
  readonly hub?: readonly string[] | undefined;
  readonly fromPool?: boolean | undefined;
  readonly kubernetes?: string | undefined;
  readonly dockerTls?: boolean | undefined;
  readonly bootstrapper?: string | undefined;
}

/** Settings that may differ between runs or workers without a change of the file. */
export const settings: readonly {
  readonly flag: keyof SettingFlags;
  readonly option: string;
  readonly variable: string;
  readonly path: readonly string[];
  /** Parses the variable's text. Invalid text is passed on unchanged, and the schema refuses it. */
  readonly read: (text: string) => unknown;
}[] = [
  { flag: 'hub', option: '--hub', variable: 'ISTIO_CI_HUB', path: ['hubs'], read: list },
  {
    flag: 'fromPool',
    option: '--from-pool',
    variable: 'ISTIO_CI_FROM_POOL',
    path: ['cluster', 'fromPool'],
    read: (text) => yesOrNo(text) ?? text,
  },
  {
    flag: 'kubernetes',
    option: '--kubernetes',
    variable: 'ISTIO_CI_KUBERNETES',
    path: ['cluster', 'kubernetes'],
    read: (text) => text,
  },
  {
    flag: 'dockerTls',
    option: '--docker-tls',
    variable: 'ISTIO_CI_DOCKER_TLS',
    path: ['cluster', 'dockerTls'],
    read: (text) => yesOrNo(text) ?? text,
  },
  {
    flag: 'bootstrapper',
    option: '--bootstrapper',
    variable: 'ISTIO_CI_BOOTSTRAPPER',
    path: ['cluster', 'bootstrapper'],
    read: (text) => text,
  },
];

/** The overrides. An option overrides its variable; an empty variable counts as unset. Pure. */
export function overridesOf(flags: SettingFlags, environment: NodeJS.ProcessEnv): Override[] {
  return settings.flatMap((setting) => givenFor(setting, flags, environment) ?? []);
}

/** Words for a command line: assignments before the command, and options after it. */
export interface OverridesAsTyped {
  readonly variables: readonly string[];
  readonly options: readonly string[];
}

/**
 * The same overrides as a user would type them: options, and a variable if there is no option for it. Pure.
 */
export function overridesAsTyped(flags: SettingFlags, environment: NodeJS.ProcessEnv): OverridesAsTyped {
  const [variables, options]: [string[], string[]] = [[], []];
  for (const setting of settings) {
    const given = givenFor(setting, flags, environment);
    if (given === undefined) continue;
    if (given.value === false) variables.push(`${setting.variable}=false`);
    else options.push(setting.option, ...(given.value === true ? [] : [given.value].flat().map(String)));
  }
  return { variables, options };
}

function givenFor(
  { flag, option, variable, path, read }: (typeof settings)[number],
  flags: SettingFlags,
  environment: NodeJS.ProcessEnv,
): Override | undefined {
  const given = flags[flag];
  if (given !== undefined) return { path, value: given, origin: { kind: 'flag', name: option } };
  const text = environment[variable]?.trim();
  return text ? { path, value: read(text), origin: { kind: 'environment', name: variable } } : undefined;
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '');
}
