import { describe, expect, it } from 'vitest';
import { makeTargets, missingTargets } from './make-targets.ts';

describe('makeTargets', () => {
  it('takes the targets of plain make commands only', () => {
    const stages = {
      check: 'make lint',
      depend: 'true',
      build: 'make -j2 all',
      test: 'make test',
      push: 'make push',
    };
    expect(makeTargets(stages)).toEqual(['lint', 'test', 'push']);
  });

  it('finds the target after variables and before other commands', () => {
    const stages = {
      check: 'V=1 make lint',
      depend: 'make depend && go install example.com/tool@latest',
      build: 'true && make build',
      test: 'OUT="$ARTIFACTS/a.xml" make test',
      push: 'true',
    };
    expect(makeTargets(stages)).toEqual(['lint', 'depend', 'test']);
  });
});

describe('missingTargets', () => {
  it("reads make's own words", () => {
    expect(missingTargets("make: *** No rule to make target 'check'.  Stop.")).toEqual(['check']);
  });

  it('takes a prerequisite that is missing for no missing target', () => {
    expect(missingTargets("make: *** No rule to make target 'x.go', needed by 'build'.  Stop.")).toEqual([]);
  });
});
