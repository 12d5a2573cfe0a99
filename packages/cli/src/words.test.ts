import { describe, expect, it } from 'vitest';
import { passedThrough } from './words.ts';

describe('passedThrough', () => {
  const take = (line: string) => passedThrough(line.split(' '), ['demo']);

  it('takes the word before -- as the session, whether it exists or not', () => {
    expect(take('other -- get pods -o wide')).toEqual({
      session: 'other',
      words: ['get', 'pods', '-o', 'wide'],
    });
  });

  it('takes a first word that names a session as the session', () => {
    expect(take('demo get pods')).toEqual({ session: 'demo', words: ['get', 'pods'] });
  });

  it('passes everything on if no session is named', () => {
    expect(take('get pods')).toEqual({ words: ['get', 'pods'] });
  });

  it('leaves a later -- to the program', () => {
    expect(take('demo exec -it pod -- sh')).toEqual({
      session: 'demo',
      words: ['exec', '-it', 'pod', '--', 'sh'],
    });
    expect(take('exec pod -- sh')).toEqual({ words: ['exec', 'pod', '--', 'sh'] });
  });

  it('accepts nothing at all', () => expect(passedThrough([], [])).toEqual({ words: [] }));
});
