import { connectEngine, imageRef } from '@istio-ci/image-builder';
import { cli } from '@istio-ci/tools/cli';
import { readPages } from '@istio-ci/tools/docs/pages';
import { createScratch, typePage } from '@istio-ci/tools/docs/scratch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const pages = (await readPages()).filter(({ engine }) => engine);

// The pages use acme/app:1 as an example of a reader's image.
const engine = connectEngine();
beforeAll(async () => {
  await engine.getImage(await imageRef('base')).tag({ repo: 'acme/app', tag: '1' });
});
afterAll(() => engine.getImage('acme/app:1').remove());

describe('the pages whose commands need an engine', () => {
  it.concurrent.each(pages)('$file: every command in it runs', { timeout: 3_600_000 }, async (page) => {
    await using scratch = await createScratch();
    try {
      expect(await typePage(page, scratch)).toBeUndefined();
    } finally {
      // After a failed command, those that remove its session have not run.
      for (const { text } of page.commands) {
        const [, name] = /istio-ci (?:up|down) ([\w-]+)/.exec(text) ?? [];
        if (name) await cli(['down', name]);
      }
    }
  });
});
