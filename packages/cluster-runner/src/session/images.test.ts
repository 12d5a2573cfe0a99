import { describe, expect, it } from 'vitest';
import { loadedRefs } from './images.ts';

describe('loadedRefs', () => {
  it('takes names, and ids where the archive has none', () => {
    expect(loadedRefs('Loaded image: a:1\nLoaded image ID: sha256:ab\n')).toEqual(['a:1', 'sha256:ab']);
  });

  it('takes nothing where nothing was loaded', () => expect(loadedRefs('')).toEqual([]));
});
