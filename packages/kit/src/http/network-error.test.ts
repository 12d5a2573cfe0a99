import { describe, expect, it } from 'vitest';
import { networkError } from './network-error.ts';

const error = (message: string, code: string) => Object.assign(new Error(message), { code });

describe('networkError', () => {
  it.each(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])(
    'knows that %s stays',
    (code) => expect(networkError(error('x', code), 1).permanent).toBe(true),
  );
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'UND_ERR_SOCKET'])('knows that %s may pass', (code) =>
    expect(networkError(error('x', code), 1).permanent).toBe(false),
  );
  it('says the code if there is no message', () =>
    expect(networkError(error('', 'ECONNREFUSED'), 1).message).toBe('ECONNREFUSED'));
  it('says how long it was silent', () =>
    expect(networkError(error('Body Timeout Error', 'UND_ERR_BODY_TIMEOUT'), 30_000).message).toBe(
      'silent for 30 s',
    ));
});
