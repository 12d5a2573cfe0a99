import { describe, expect, it } from 'vitest';
import { passedThrough } from './words.ts';

describe('passedThrough', () => {
  const take = (line: string) => passedThrough(line.split(' '), ['demo']);

  it('takes the word before -- for the session, whether it is there or not', () => {
    expect(take('other -- get pods -o wide')).toEqual({
      session: 'other',
      words: ['get', 'pods', '-o', 'wide'],
    });
  });

  it('takes a first word that names a session for it', () => {
    expect(take('demo get pods')).toEqual({ session: 'demo', words: ['get', 'pods'] });
  });

  it('passes everything on where no session is named', () => {
    expect(take('get pods')).toEqual({ words: ['get', 'pods'] });
  });

  it('leaves a later -- to the program, which has its own use for it', () => {
    expect(take('demo exec -it pod -- sh')).toEqual({
      session: 'demo',
      words: ['exec', '-it', 'pod', '--', 'sh'],
    });
    expect(take('exec pod -- sh')).toEqual({ words: ['exec', 'pod', '--', 'sh'] });
  });

  it('is content with nothing', () => expect(passedThrough([], [])).toEqual({ words: [] }));
});
