import { describe, expect, it } from 'vitest';
import { loadedRefs } from './images.ts';

describe('loadedRefs', () => {
  it('returns names, or ids if the archive has no names', () => {
    expect(loadedRefs('Loaded image: a:1\nLoaded image ID: sha256:ab\n')).toEqual(['a:1', 'sha256:ab']);
  });

  it('returns nothing if nothing was loaded', () => expect(loadedRefs('')).toEqual([]));
});
