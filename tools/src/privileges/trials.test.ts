import { capabilities, dockerRunArguments } from '@istio-ci/cluster-runner';
import { describe, expect, it } from 'vitest';
import { trialsOf } from './trials.ts';

describe('trialsOf', () => {
  it('begins with everything, then leaves out each thing once', () => {
    const args = ['run', '--cap-drop', 'ALL', '--cap-add', 'KILL', '--volume', '/v', 'image'];
    expect(trialsOf(args)).toEqual([
      { without: undefined, args },
      { without: '--cap-add KILL', args: ['run', '--cap-drop', 'ALL', '--volume', '/v', 'image'] },
      { without: '--volume /v', args: ['run', '--cap-drop', 'ALL', '--cap-add', 'KILL', 'image'] },
    ]);
  });

  it('tries every capability of a session', () => {
    const tried = trialsOf(dockerRunArguments({ image: 'i', name: 'n' })).map(({ without }) => without);
    expect(tried).toEqual(expect.arrayContaining(capabilities.map(({ name }) => `--cap-add ${name}`)));
  });
});
