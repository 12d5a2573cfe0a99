import { describe, expect, it } from 'vitest';
import { type OutputOptions, viewKind } from './choose.ts';

const kind = (options: OutputOptions, isTTY: boolean, environment: NodeJS.ProcessEnv = { TERM: 'xterm' }) =>
  viewKind(options, { isTTY, environment });

describe('the view', () => {
  it('is live on a terminal that a person watches', () => {
    expect(kind({}, true)).toBe('live');
  });

  it('is plain lines in a pipe, in CI and on a dumb terminal', () => {
    expect([kind({}, false), kind({}, true, { CI: 'true' }), kind({}, true, { TERM: 'dumb' })]).toEqual([
      'plain',
      'plain',
      'plain',
    ]);
  });

  it('is the requested one everywhere', () => {
    expect([kind({ verbose: true }, true), kind({ quiet: true }, true), kind({ json: true }, true)]).toEqual([
      'plain',
      'silent',
      'json',
    ]);
  });
});
