import { describe, expect, it } from 'vitest';
import { plainView } from './view.ts';

/** The lines that a stage with these messages prints. */
function lines(say: (view: ReturnType<typeof plainView>) => void, options = {}): string[] {
  const said: string[] = [];
  say(plainView((line) => said.push(line), options));
  return said;
}

describe('plain lines', () => {
  it('carry the name of their stage', () => {
    const said = lines((view) => {
      view.started('check');
      view.output('go vet ./...');
      view.ended({ stage: 'check', result: 'passed', seconds: 2.61, facts: {} });
    });
    expect(said).toEqual([
      'check      | started',
      'check      | go vet ./...',
      'check      | passed in 2.6 s',
    ]);
  });

  it('include the facts of a stage that runs alone', () => {
    const result = {
      stage: 'test',
      result: 'passed',
      seconds: 1,
      facts: { tests: 3, hubs: ['a', 'b'] },
    } as const;
    expect(lines((view) => view.ended(result), { facts: true }).join('\n')).toContain('hubs: a, b');
  });

  it("leave out a daemon's log lines while a cluster boots", () => {
    expect(
      lines((view) => view.progress('time="2026-11-23T22:44:52Z" level=info msg="Starting up"')),
    ).toEqual([]);
  });
});
