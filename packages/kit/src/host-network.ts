import { access, readFile } from 'node:fs/promises';
import { messageOf } from './errors.ts';

/** Where distributions keep the bundle: Debian and Alpine, Red Hat, SUSE. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

/**
 * The file with the certificate authorities that this machine trusts, if it has one. Downloads, in a
 * container too, go through the machine's network, where a company's proxy may sign with an authority of its
 * own.
 */
export async function hostCaBundle(
  environment: NodeJS.ProcessEnv = process.env,
  defaults: readonly string[] = bundles,
): Promise<string | undefined> {
  const named = [environment.SSL_CERT_FILE, environment.NODE_EXTRA_CA_CERTS];
  for (const path of [...named, ...defaults]) {
    if (path && (await isReadable(path))) return path;
  }
  return undefined;
}

/**
 * The text of a bundle of certificate authorities, in PEM.
 * @throws {Error} for a file that cannot be read or holds no certificate: Node takes such a text for a list
 * of none, and fails later, elsewhere
 */
export async function readCaBundle(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it holds no certificate');
  return pem;
}

/**
 * The certificate authorities that this machine trusts, in PEM. Undefined if it has none, or if the system's
 * default bundle contains no certificate: then Node's own list must do.
 * @throws {Error} if the file that the user named (SSL_CERT_FILE, NODE_EXTRA_CA_CERTS) is not usable
 */
export async function hostCa(
  environment: NodeJS.ProcessEnv = process.env,
  defaults: readonly string[] = bundles,
): Promise<string | undefined> {
  const file = await hostCaBundle(environment, defaults);
  if (file === undefined) return undefined;
  return readCaBundle(file).catch((cause: unknown) => {
    if (defaults.includes(file)) return undefined;
    throw new Error(`${file}: ${messageOf(cause)}`, { cause });
  });
}

function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'] as const;

/** The proxy variables that are set. As build arguments they reach every step and are kept in no image. */
export function proxySettings(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return pick(environment, proxies);
}

/** Where Go modules come from, if the caller has chosen; unset, Go's own default holds. */
export function goSettings(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return pick(environment, ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE']);
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  const pairs = names.map((name) => [name, environment[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => Boolean(pair[1])));
}
