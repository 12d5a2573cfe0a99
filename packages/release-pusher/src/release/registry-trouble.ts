import { parseRepository, type Repository, saysImmutable } from '@istio-ci/registry';

/**
 * What the text of a failed push says about the registry. `doubtful`: an engine whose first request was
 * answered with 5xx continues without logging in, and then reports that it is not logged in (seen with
 * 20.10); only the registry knows. `none`: the text is about something else.
 */
export type RegistryTrouble =
  | { readonly kind: 'denied' | 'doubtful' | 'immutable' | 'transient'; readonly line: string }
  | { readonly kind: 'none' };

/** In the order in which they count, as engines of 20.10 to 29 and their registries say it. */
const signs: readonly (readonly [
  Exclude<RegistryTrouble['kind'], 'none'>,
  { test(line: string): boolean },
])[] = [
  ['immutable', { test: (line) => /\btag\b|repository|configured as/i.test(line) && saysImmutable(line) }],
  [
    'doubtful',
    /\bunauthorized: |no basic auth credentials|authentication required|(?:\/v2\/\S*|HTTP status): 401\b/i,
  ],
  [
    'denied',
    /push access denied|access to the resource is denied|(?<!permission )\bdenied: |insufficient_scope|(?:\/v2\/\S*|HTTP status): 403\b|HTTP 403 response/i,
  ],
  [
    'transient',
    /toomanyrequests|too many requests|(?:\/v2\/\S*|HTTP status(?: code)?|status code):? (?:429|5\d\d)\b|\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|(?<!syntax error: )unexpected EOF(?! while)|: EOF\b|connection (?:reset|refused)|: broken pipe|i\/o timeout|handshake timeout|server closed/i,
  ],
];

/** Pure. */
export function registryTrouble(text: string): RegistryTrouble {
  const lines = text.split('\n').map((line) => line.trim());
  for (const [kind, sign] of signs) {
    const line = lines.find((one) => sign.test(one));
    if (line !== undefined) return { kind, line };
  }
  return { kind: 'none' };
}

/**
 * The repository of `host` that a failed push was about: the last one that the client named, or the one in
 * the URL of the failed request. Pure.
 */
export function repositoryIn(text: string, host: string): Repository | undefined {
  const named = [...text.matchAll(/push refers to repository \[([^\]\s]+)\]/g)].map(([, name = '']) => name);
  const asked = [...text.matchAll(/\/v2\/([a-z0-9._/-]+?)\/(?:blobs|manifests)\//g)].map(
    ([, path = '']) => `${host}/${path}`,
  );
  for (const name of [...asked, ...named].reverse()) {
    const repository = repositoryOf(name);
    if (repository?.host === host) return repository;
  }
  return undefined;
}

function repositoryOf(name: string): Repository | undefined {
  try {
    return parseRepository(name);
  } catch {
    return undefined;
  }
}
