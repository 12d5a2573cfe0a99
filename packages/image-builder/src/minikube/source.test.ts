import { describe, expect, it } from 'vitest';
import { parseSource } from './source.ts';

const hash = 'a'.repeat(64);

describe('parseSource', () => {
  it('takes a file as it is', () => {
    expect(parseSource('./minikube')).toEqual({ from: './minikube', sha256: undefined });
  });

  it.each(['./minikube', 'https://get.example/minikube'])('takes %s with its hash', (from) => {
    expect(parseSource(`${from}#sha256=${hash.toUpperCase()}`)).toEqual({ from, sha256: hash });
  });

  it.each([
    ['a URL without a hash', 'https://get.example/minikube'],
    ['a hash of another length', './minikube#sha256=abc'],
    ['a fragment of another kind', `./minikube#md5=${hash}`],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => parseSource(text)).toThrow(expect.objectContaining({ code: 'MINIKUBE_SOURCE' }));
  });
});
