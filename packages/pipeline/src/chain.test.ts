import { describe, expect, it } from 'vitest';
import { type Chain, runChain, type StageResult, upTo } from './chain.ts';
import type { RunContext } from './context.ts';

const silent = { started: () => {}, ended: () => {} };
const context = {} as RunContext;

describe('runChain', () => {
  it('runs the stages in order and keeps their facts', async () => {
    const chain: Chain = [
      ['one', async () => ({ facts: { a: 1 } })],
      ['two', async () => undefined],
    ];
    const { results } = await runChain(chain, context, silent);
    expect(results.map(({ stage, result, facts }) => [stage, result, facts])).toEqual([
      ['one', 'passed', { a: 1 }],
      ['two', 'passed', {}],
    ]);
  });

  it('runs no stage after a failed one, and returns the error', async () => {
    const error = new Error('no');
    const heard: StageResult[] = [];
    const chain: Chain = [
      ['one', () => Promise.reject(error)],
      ['two', async () => undefined],
    ];
    const result = await runChain(chain, context, {
      started: () => {},
      ended: (stage) => heard.push(stage),
    });
    expect(result.error).toBe(error);
    expect(result.results.map((stage) => stage.result)).toEqual(['failed', 'not run']);
    expect(heard).toHaveLength(1);
  });

  it('distinguishes an interrupted stage from a failed one', async () => {
    const controller = new AbortController();
    const chain: Chain = [
      [
        'one',
        async () => {
          controller.abort();
          throw new Error('stopped');
        },
      ],
    ];
    const { results } = await runChain(chain, { signal: controller.signal } as RunContext, silent);
    expect(results[0]?.result).toBe('interrupted');
  });
});

describe('upTo', () => {
  it('ends with the stage named', () => {
    const chain: Chain = [
      ['a', async () => undefined],
      ['b', async () => undefined],
      ['c', async () => undefined],
    ];
    expect(upTo(chain, 'b').map(([name]) => name)).toEqual(['a', 'b']);
  });
});
