import { describe, expect, it } from 'vitest';
import { features, judgeFeatures, judgeNode } from './judge-node.ts';

const all = Object.keys(features);
const output = (failing?: string) =>
  all.map((name) => (name === failing ? `${name}\t1\tNo such file.` : `${name}\t0\t`)).join('\n');

describe('judgeFeatures', () => {
  it('finds everything in order if everything works', () => {
    expect(judgeFeatures(output()).map(({ check, verdict }) => [check, verdict])).toEqual(
      all.map((name) => [name, 'fine']),
    );
  });

  it.each(all)('reports what is lost without %s, with the error of the program that failed', (name) => {
    const wrong = judgeFeatures(output(name)).filter(({ verdict }) => verdict !== 'fine');
    expect(wrong).toMatchObject([
      {
        check: name,
        verdict: name === 'tproxy' ? 'warning' : 'broken',
        code: expect.stringMatching(/^(KERNEL_NO|CONTAINER)_/),
        message: expect.stringMatching(/: No such file\.$/),
        remedy: expect.stringMatching(/\.$/),
      },
    ]);
  });

  it('takes a feature that was not come to for missing', () => {
    expect(judgeFeatures('').every(({ verdict }) => verdict !== 'fine')).toBe(true);
  });
});

describe('judgeNode', () => {
  it.each([
    ['NODE_CGROUP_READONLY', 'broken'],
    ['NODE_DISK', 'warning'],
    ['NODE_INOTIFY', 'warning'],
  ])('passes %s on as %s', (code, verdict) => {
    const found = { code, message: 'm.', remedy: 'r.' };
    expect(judgeNode([found])).toEqual([{ check: 'node', verdict, ...found }]);
  });

  it('says that there is nothing', () => {
    expect(judgeNode([])).toMatchObject([{ check: 'node', verdict: 'fine' }]);
  });
});
