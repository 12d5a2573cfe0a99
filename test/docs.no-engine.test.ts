import { type Page, readPages } from '@istio-ci/tools/docs/pages';
import { createScratch, typePage } from '@istio-ci/tools/docs/scratch';
import { describe, expect, it } from 'vitest';

const isTyped = ({ engine, commands }: Page) =>
  !engine && commands.some(({ untested }) => untested === undefined);
const pages = (await readPages()).filter(isTyped);

describe('the pages whose commands need no engine', () => {
  it('name a failed command by its file and line', { timeout: 120_000 }, async () => {
    await using scratch = await createScratch();
    const commands = [
      { file: 'a.md', line: 3, text: 'cd docs' },
      { file: 'a.md', line: 4, text: 'test -e README.md && echo said; false' },
      { file: 'a.md', line: 5, text: 'touch ../reached' },
    ];
    expect(await typePage({ file: 'a.md', commands, engine: false }, scratch)).toBe('a.md:4 exited 1:\nsaid');
  });

  it.each(pages)('$file: every command in it runs', { timeout: 600_000 }, async (page) => {
    await using scratch = await createScratch();
    expect(await typePage(page, scratch)).toBeUndefined();
  });
});
