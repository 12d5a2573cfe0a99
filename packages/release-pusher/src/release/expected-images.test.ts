import { describe, expect, it } from 'vitest';
import { expectFrom } from './expected-images.ts';

const summary = (Id: string, ...RepoTags: string[]) => ({ Id, RepoTags, RepoDigests: [] });
const expected = (summaries: ReturnType<typeof summary>[], plan = '') =>
  expectFrom(summaries, plan, 'quay.io/acme', 'b1').map(({ name, variant, identities, guessed }) => [
    name + variant,
    identities.map(({ id }) => id),
    guessed ? 'guessed' : 'told',
  ]);

describe('expectFrom', () => {
  it("lists the engine's images under the hub and tag, with their variants", () => {
    const engine = [
      summary('1', 'quay.io/acme/pilot:b1'),
      summary('2', 'quay.io/acme/proxyv2:b1-distroless'),
    ];
    expect(expected(engine).filter(([, , how]) => how === 'told')).toEqual([
      ['pilot', ['1'], 'told'],
      ['proxyv2-distroless', ['2'], 'told'],
    ]);
  });

  it("reads from make's dry run which names will be pushed, and which images they may be", () => {
    const plan =
      'docker tag acme.dev/pilot:1.29.1 quay.io/acme/pilot:b1\ndocker push "quay.io/acme/pilot:b1";';
    const engine = [summary('1', 'acme.dev/pilot:1.29.1'), summary('2', 'other/pilot:x')];
    expect(expected(engine, plan)).toEqual([['pilot', ['1', '2'], 'told']]);
  });

  it('knows no image behind a name that is still to be built', () => {
    expect(expected([], 'docker build -t quay.io/acme/ztunnel:b1 .')).toEqual([['ztunnel', [], 'told']]);
  });

  it('ignores images of another hub or tag', () => {
    expect(expected([], 'docker push quay.io/acmex/pilot:b1 quay.io/acme/pilot:b2')).toEqual([]);
  });

  it('guesses every other name of the engine', () => {
    const old = `sha256:${'a'.repeat(64)}`;
    expect(expected([summary('1', 'acme.dev/istio/pilot:1.29.1', '<none>:<none>', old)])).toEqual([
      ['pilot', ['1'], 'guessed'],
    ]);
  });
});
