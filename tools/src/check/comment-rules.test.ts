import { describe, expect, it } from 'vitest';
import { commentFaults } from './comment-rules.ts';
import { commentLines } from './comments.ts';

const pages: Readonly<Record<string, string>> = {
  'docs/release.md': '# Release\n\n## section 2\n\n## Push\n',
  'packages/kit/README.md': '',
  'packages/kit/src/run.ts': '',
};
/** What is wrong with a comment in a file of a package. */
const faults = (comment: string) =>
  commentFaults('packages/kit/src/a.ts', commentLines('a.ts', comment), (path) => pages[path]).map(
    ({ line, message }) => `${line}: ${message}`,
  );

describe('a directive of another formatter or linter', () => {
  it.each(['prettier', 'eslint'])('is refused: %s', (tool) => {
    const directive = `${tool}-${tool === 'eslint' ? 'disable' : 'ignore'}`;
    expect(faults(`const a = [1]; // ${directive}`)).toEqual([
      `1: ${directive} does nothing: Biome formats and lints`,
    ]);
  });

  it('is allowed for Biome', () => {
    expect(faults('// biome-ignore lint/style/useConst: a reason')).toEqual([]);
  });
});

describe('a reference', () => {
  it.each([
    ['a page that is not there', '// as style.md says', 'style.md is not in this repository'],
    ['a section that is not there', '// Retries (release.md F2).', "release.md has no section 'F2'"],
    ['a numbered section', '// See release.md 0.6', "release.md has no section '0.6'"],
    ['a section by name', '// release.md section 4', "release.md has no section 'section 4'"],
    ['a source file that is not there', '// see tools/src/gone.ts', 'tools/src/gone.ts is not in this'],
    ['an issue of no project', '// at most 15 s (issue 4)', '(issue 4) leads nowhere'],
  ])('is refused to %s', (_, comment, message) => {
    expect(faults(comment)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    '// See docs/release.md.',
    '// release.md section 2 says why',
    '// README.md of the package',
    '// like packages/kit/src/run.ts and src/run.ts',
    '// docker-modem#146, moby issue 43333',
  ])('is allowed: %s', (comment) => {
    expect(faults(comment)).toEqual([]);
  });
});

describe('the width of a comment', () => {
  it('is at most 110 columns, whatever stands before it', () => {
    expect(faults(`// ${'word '.repeat(21)}xx`)).toEqual([]);
    expect(faults(`// ${'word '.repeat(21)}xxx`)).toEqual([
      '1: the comment is 111 columns wide, 110 are allowed',
    ]);
    expect(faults(`const a = 1; // ${'word '.repeat(19)}`)).toHaveLength(1);
  });

  it('is not counted if one word alone is as long as the line', () => {
    expect(faults(`// https://example.com/${'x'.repeat(100)}`)).toEqual([]);
  });
});
