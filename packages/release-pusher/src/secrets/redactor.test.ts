import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintsOf } from './encodings.ts';
import { mask, redactor } from './redactor.ts';

const secret = 'p@ss/w0rd "&\'é+?';
const hide = redactor([secret]);
const b64 = (text: string) => Buffer.from(text).toString('base64');

describe('redactor', () => {
  it.each([
    ['plain', `login ${secret} done`],
    ['in a Basic header', `Authorization: Basic ${b64(`user:${secret}`)}`],
    [
      'in a registry header',
      Buffer.from(JSON.stringify({ username: 'user', password: secret })).toString('base64url'),
    ],
    ['in JSON', JSON.stringify({ password: secret })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ password: secret }))],
    ['in a URL', `https://user:${encodeURIComponent(secret)}@quay.io/`],
    ['in a form', new URLSearchParams({ password: secret }).toString()],
    ['in hex', Buffer.from(secret).toString('hex')],
  ])('hides a secret %s', (_, text) => {
    const hidden = hide.text(text);
    expect(hidden).toContain(mask);
    for (const { text: fingerprint } of fingerprintsOf(secret)) expect(hidden).not.toContain(fingerprint);
  });

  it('leaves other text unchanged, including non-ASCII text', () => {
    expect(hide.text('größer → kleiner')).toBe('größer → kleiner');
  });

  it('passes everything through if there is no secret', async () => {
    expect(await readText(Readable.from(['a', 'b']).pipe(redactor([]).stream()))).toBe('ab');
  });

  it('redacts a stream like text, wherever the chunks are cut', async () => {
    const secrets = ['abcabd', 'cabx', 'bdbd'];
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'x'), maxLength: 40 });
    const both = redactor(secrets);
    await fc.assert(
      fc.asyncProperty(fc.array(letters), async (chunks) => {
        const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(both.stream());
        expect(await readText(stream)).toBe(both.text(chunks.join('')));
      }),
    );
  });

  it('does not hold back text that cannot be the start of a secret', async () => {
    const stream = hide.stream();
    stream.write('Login Succeeded\n');
    expect(String(stream.read())).toBe('Login Succeeded\n');
  });
});
