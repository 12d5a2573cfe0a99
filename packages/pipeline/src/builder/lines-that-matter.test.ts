import { describe, expect, it } from 'vitest';
import { linesThatMatter } from './lines-that-matter.ts';

const chatter = (count: number) => Array.from({ length: count }, (_, index) => `compiling part ${index}`);

describe('linesThatMatter', () => {
  it('is the end of the output, where nothing in it speaks of trouble', () => {
    expect(linesThatMatter(chatter(30))).toEqual(chatter(30).slice(-10));
  });

  it('finds the failure far above the end, with the line before it', () => {
    const lines = [
      '=== RUN TestGateway',
      'gateway_test.go:7: answer refused',
      ...chatter(100),
      'make: *** [test] Error 1',
    ];
    const found = linesThatMatter(lines);
    expect(found.slice(0, 3)).toEqual(['=== RUN TestGateway', 'gateway_test.go:7: answer refused', '…']);
    expect(found.filter((line) => line !== '…')).toHaveLength(10);
    expect(found.at(-1)).toBe('compiling part 99');
  });

  it('leaves out lines that only repeat that something failed', () => {
    const lines = [
      'x.go:3:7: undefined: y',
      '',
      'FAIL',
      'exit status 1',
      'make[1]: *** [Makefile:3: build] Error 1',
    ];
    expect(linesThatMatter(lines)).toEqual(['x.go:3:7: undefined: y']);
  });

  it('shows ten lines at most, however many failed', () => {
    const lines = Array.from({ length: 50 }, (_, index) => [`--- FAIL: Test${index}`, 'ok']).flat();
    expect(linesThatMatter(lines).filter((line) => line !== '…')).toHaveLength(10);
  });

  it('keep where docker pushed to, however many lines about layers follow', () => {
    const refers = 'The push refers to repository [quay.io/acme/pilot]';
    const layers = Array.from({ length: 20 }, (_, index) => `layer${index}: Preparing`);
    const lines = [refers, ...layers, 'denied: requested access to the resource is denied'];
    expect(linesThatMatter(lines)).toContain(refers);
  });

  it('is nothing for a command that said nothing', () => {
    expect(linesThatMatter(['', ' '])).toEqual([]);
  });
});
