import { describe, expect, it } from 'vitest';
import { turboAbove } from './owner.ts';

const tree = new Map([
  [40, { name: 'node', parent: 30 }],
  [30, { name: 'sh', parent: 20 }],
  [20, { name: 'turbo', parent: 10 }],
  [10, { name: 'bash', parent: 1 }],
]);

describe('turboAbove', () => {
  it('finds the turbo that runs the script', () => {
    expect(turboAbove(40, (pid) => tree.get(pid))).toBe(20);
  });

  it('is none if the script was started by hand', () => {
    expect(turboAbove(10, (pid) => tree.get(pid))).toBeUndefined();
  });

  it('reads the real process table', () => {
    expect(turboAbove(process.pid)).toSatisfy((pid) => pid === undefined || typeof pid === 'number');
  });
});
