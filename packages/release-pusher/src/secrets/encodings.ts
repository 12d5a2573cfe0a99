/** One way in which a secret can show, and the text it then has. */
export interface Fingerprint {
  readonly encoding: string;
  readonly text: string;
}

/** Shorter texts would be found everywhere. */
const shortestSecret = 4;
const shortestFragment = 6;

/**
 * Every text in which `secret` can appear: plain, escaped for a URL, JSON or XML, in hex, in UTF-16, or in
 * base64 at any of the three alignments. The last finds it in a Basic header, an `auth` field and an
 * `X-Registry-Auth` header, whatever precedes it. Longest first.
 */
export function fingerprintsOf(secret: string): Fingerprint[] {
  if (secret.length < shortestSecret) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  const all: Fingerprint[] = [
    { encoding: 'plain', text: secret },
    { encoding: 'JSON', text: json },
    { encoding: 'JSON', text: json.replaceAll('/', '\\/') },
    { encoding: 'JSON in JSON', text: JSON.stringify(json).slice(1, -1) },
    { encoding: 'URL', text: url },
    { encoding: 'URL', text: encodeURI(secret) },
    { encoding: 'URL', text: url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()) },
    { encoding: 'URL', text: strictUrl(url) },
    { encoding: 'form', text: strictUrl(url).replaceAll('%20', '+') },
    { encoding: 'XML', text: xml(secret, '&apos;') },
    { encoding: 'XML', text: xml(secret, '&#39;') },
    { encoding: 'hex', text: bytes.toString('hex') },
    { encoding: 'hex', text: bytes.toString('hex').toUpperCase() },
    { encoding: 'UTF-16', text: [...secret].join('\0') },
    ...base64Fragments(bytes),
    ...base64Fragments(Buffer.from(json, 'utf8')),
  ];
  const unique = new Map(all.reverse().map((fingerprint) => [fingerprint.text, fingerprint]));
  return [...unique.values()].sort((a, b) => b.text.length - a.text.length);
}

/** `encodeURIComponent` leaves these as they are; others do not. */
function strictUrl(url: string): string {
  return url.replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function xml(text: string, apostrophe: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": apostrophe,
  };
  return text.replaceAll(/[&<>"']/g, (c) => names[c] ?? c);
}

/**
 * The characters of the base64 text that depend on the secret alone, for each place it can have in a group of
 * 3.
 */
function base64Fragments(bytes: Buffer): Fingerprint[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = text.slice(start, end);
    if (core.length < shortestFragment) return [];
    const url = core.replaceAll('+', '-').replaceAll('/', '_');
    return [...new Set([core, url])].map((fragment) => ({ encoding: 'base64', text: fragment }));
  });
}

/** Secrets as they are looked for in bytes: UTF-8 read as Latin-1, one character a byte. */
export function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
