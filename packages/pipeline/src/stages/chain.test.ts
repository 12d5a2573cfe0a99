import { expect, it } from 'vitest';
import { chain, stageNamed } from './chain.ts';

it('every stage is found by its name', () => {
  for (const [name, stage] of chain) expect(stageNamed(name)).toBe(stage);
});

it('the names of the stages are unique', () =>
  expect(new Set(chain.map(([name]) => name)).size).toBe(chain.length));
