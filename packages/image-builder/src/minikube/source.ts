import { imageErrors } from '../errors.ts';

/** Where a program comes from, and the hash that it must have. */
export interface ProgramSource {
  /** A path or an http(s) URL. */
  readonly from: string;
  readonly sha256?: string | undefined;
}

/**
 * `FILE`, `FILE#sha256=HEX` or `URL#sha256=HEX`: what comes over a network must have its hash with it. Pure.
 * @throws {CiError} MINIKUBE_SOURCE
 */
export function parseSource(text: string): ProgramSource {
  const [from = '', fragment, ...more] = text.split('#');
  const sha256 = fragment?.startsWith('sha256=') ? fragment.slice('sha256='.length).toLowerCase() : undefined;
  const wrongHash = fragment !== undefined && !/^[0-9a-f]{64}$/.test(sha256 ?? '');
  if (from === '' || wrongHash || more.length > 0) {
    throw imageErrors.programSource(
      text,
      'it is not FILE or URL, with #sha256= and 64 hex digits at its end',
    );
  }
  if (isUrl(from) && sha256 === undefined) {
    throw imageErrors.programSource(text, 'a URL needs the hash of what it gives: URL#sha256=HEX');
  }
  return { from, sha256 };
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text);
}
