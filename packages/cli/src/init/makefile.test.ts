import { describe, expect, it } from 'vitest';
import { scanMakefile } from './makefile.ts';

const scan = (files: Record<string, string>) => scanMakefile('Makefile', (name) => files[name]);
const targets = (text: string) => [...scan({ Makefile: text }).targets.keys()];

describe('scanMakefile', () => {
  it('finds plain targets, also several on a line, but no recipes, variables, patterns or special targets', () => {
    const text = [
      '.PHONY: check build',
      'CHECK := a:b',
      'check test: depend',
      '\techo push: it',
      'image.%: x',
      'build: ; go build',
      '$(OUT): x',
      'depend:: init',
    ].join('\n');
    expect(targets(text)).toEqual(['check', 'test', 'build', 'depend']);
  });

  it('follows includes, also optional ones, and stops at a circle', () => {
    const files = {
      Makefile: 'include core.mk\n-include missing.mk',
      'core.mk': '\nbuild:\ninclude Makefile',
    };
    expect(scan(files).targets.get('build')).toEqual({ file: 'core.mk', line: 2 });
  });

  it('reads the last value of each variable of plain text', () => {
    const { variables } = scan({ Makefile: 'HUB ?= a.example.com/acme\nexport TAG := $(shell date)\n' });
    expect(variables.get('HUB')).toEqual({ file: 'Makefile', line: 1, value: 'a.example.com/acme' });
    expect(variables.has('TAG')).toBe(false);
  });
});
