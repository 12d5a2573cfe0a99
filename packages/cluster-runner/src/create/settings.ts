import { isIP } from 'node:net';
import { sessionErrors } from '../errors.ts';
import type { SessionRequest } from '../types.ts';

type Settings = Pick<
  SessionRequest,
  'certSans' | 'registryMirrors' | 'insecureRegistries' | 'dockerTls' | 'publishDocker'
>;

/**
 * Checks the settings that a cluster itself would refuse only after its start.
 * @param local whether the place is on this machine
 * @throws {CiError} SESSION_REQUEST_INVALID
 */
export function checkSettings(request: Settings, local: boolean): void {
  each('A name in the certificate', request.certSans, isName, 'a host name or an IP address');
  each('A registry mirror', request.registryMirrors, isHttpUrl, 'a URL, as https://mirror.example:5000');
  each('A registry', request.insecureRegistries, isPlace, 'HOST, HOST:PORT or a network, without a scheme');
  if (!request.publishDocker) return;
  if (request.dockerTls)
    throw sessionErrors.invalidRequest(
      'The open port of its Docker',
      2375,
      'one of publish-docker and docker-tls',
    );
  if (!local)
    throw sessionErrors.invalidRequest(
      'The open port of its Docker',
      2375,
      'docker-tls instead: on the machine of a remote engine, everybody would reach it',
    );
}

function each(
  what: string,
  values: readonly string[] | undefined,
  fits: (value: string) => boolean,
  rule: string,
): void {
  const wrong = values?.find((value) => !fits(value));
  if (wrong !== undefined) throw sessionErrors.invalidRequest(what, wrong, rule);
}

const isHostName = (text: string) =>
  /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text);

const isName = (text: string) => isIP(text) !== 0 || isHostName(text);

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) && !text.includes(',');
}

function isPlace(text: string): boolean {
  const [, host = '', end = ''] = /^(.*?)((?::\d{1,5})|(?:\/\d{1,3}))?$/.exec(text) ?? [];
  return end.startsWith('/')
    ? isIP(host) !== 0
    : isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 || isHostName(host);
}
