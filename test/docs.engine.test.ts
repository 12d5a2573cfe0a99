import { describe, expect, it } from 'vitest';
import { cli } from './src/cli.ts';
import { readPages } from './src/docs/pages.ts';
import { createScratch, typePage } from './src/docs/scratch.ts';

const pages = (await readPages()).filter(({ engine }) => engine);

describe('the pages whose commands need an engine', () => {
  it.each(pages)('$file: every command in it runs', { timeout: 3_600_000 }, async (page) => {
    await using scratch = await createScratch();
    try {
      expect(await typePage(page, scratch)).toBeUndefined();
    } finally {
      // Where a command failed, those that would have removed its session did not run.
      for (const { text } of page.commands) {
        const [, name] = /istio-ci (?:up|down) ([\w-]+)/.exec(text) ?? [];
        if (name) await cli(['down', name]);
      }
    }
  });
});
