import { kitErrors } from './errors.ts';

/** Variables that every child may see: locations, network, language and terminal. */
const common = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TZ',
  'TERM',
  'NO_COLOR',
  'TMPDIR',
  'CI',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
];

/**
 * The environment of a child process: the common variables that are set, those named in `allow`, and `extra`,
 * which takes precedence. An `extra` of undefined removes the variable. Nothing else is inherited, so that a
 * secret in our own environment does not reach a child by accident.
 */
export function childEnv(
  extra: Readonly<Record<string, string | undefined>> = {},
  allow: readonly string[] = [],
  from: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const picked = [...common, ...allow].map((name) => [name, from[name]] as const);
  const entries = [...picked, ...Object.entries(extra)];
  const set = new Map<string, string | undefined>(entries);
  return Object.fromEntries([...set].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Reads what people and CI systems write for yes and no; undefined for any other text. Pure. */
export function yesOrNo(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (['true', 'yes', '1'].includes(word)) return true;
  return ['false', 'no', '0'].includes(word) ? false : undefined;
}

/**
 * A variable that says yes or no; undefined if it is not set or empty, as an unused parameter of a CI job is.
 * Any other text is an error: if it counted as no, a misspelt ISTIO_CI_DRY_RUN would push.
 * @throws {CiError} VARIABLE_INVALID
 */
export function booleanVariable(name: string, from: NodeJS.ProcessEnv = process.env): boolean | undefined {
  const text = from[name]?.trim();
  if (!text) return undefined;
  const value = yesOrNo(text);
  if (value !== undefined) return value;
  throw kitErrors.variableInvalid(name, text);
}
