/** Where a value of the configuration came from. */
export type Origin =
  | { readonly kind: 'flag' | 'environment' | 'profile'; readonly name: string }
  | { readonly kind: 'file'; readonly line: number }
  | { readonly kind: 'default' };

/** A value that a run is given from outside: it stands in the place of the one in `istio-ci.yaml`. */
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

/** What may change from one run to the next, or from one worker to another, without a change of the file. */
const settings: readonly {
  readonly flag: keyof SettingFlags;
  readonly option: string;
  readonly variable: string;
  readonly path: readonly string[];
  /** The value in the variable's text; a text that is none goes on as it is, and the schema refuses it. */
  readonly read: (text: string) => unknown;
}[] = [
  { flag: 'hub', option: '--hub', variable: 'ISTIO_CI_HUB', path: ['hubs'], read: list },
  {
    flag: 'fromPool',
    option: '--from-pool',
    variable: 'ISTIO_CI_FROM_POOL',
    path: ['cluster', 'fromPool'],
    read: yesOrNo,
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
    read: yesOrNo,
  },
  {
    flag: 'bootstrapper',
    option: '--bootstrapper',
    variable: 'ISTIO_CI_BOOTSTRAPPER',
    path: ['cluster', 'bootstrapper'],
    read: (text) => text,
  },
];

/** The values from outside: an option wins over its variable, and an empty variable counts as none. Pure. */
export function overridesOf(flags: SettingFlags, environment: NodeJS.ProcessEnv): Override[] {
  return settings.flatMap(({ flag, option, variable, path, read }): Override[] => {
    const given = flags[flag];
    if (given !== undefined) return [{ path, value: given, origin: { kind: 'flag', name: option } }];
    const text = environment[variable]?.trim();
    if (!text) return [];
    return [{ path, value: read(text), origin: { kind: 'environment', name: variable } }];
  });
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '');
}

function yesOrNo(text: string): unknown {
  return text === 'true' ? true : text === 'false' ? false : text;
}
