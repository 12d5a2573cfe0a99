import { describe, expect, it } from 'vitest';
import { scanMakefile } from './makefile.ts';

const scan = (files: Record<string, string>) => scanMakefile('Makefile', (name) => files[name]);
const targets = (text: string) => [...scan({ Makefile: text }).targets.keys()];

describe('scanMakefile', () => {
  it('finds plain targets, also many on a line, and no recipe, variable, pattern or special target', () => {
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

  it('follows includes, also those that may be missing, and not in a circle', () => {
    const files = {
      Makefile: 'include core.mk\n-include missing.mk',
      'core.mk': '\nbuild:\ninclude Makefile',
    };
    expect(scan(files).targets.get('build')).toEqual({ file: 'core.mk', line: 2 });
  });

  it('reads variables of plain text, the last one given', () => {
    const { variables } = scan({ Makefile: 'HUB ?= a.example.com/acme\nexport TAG := $(shell date)\n' });
    expect(variables.get('HUB')).toEqual({ file: 'Makefile', line: 1, value: 'a.example.com/acme' });
    expect(variables.has('TAG')).toBe(false);
  });
});
