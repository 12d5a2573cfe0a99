import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { parseRun } from '../src/parse.ts';
import { launchBrowser } from './browser.ts';
import { expectFigures } from './figures-on-page.ts';

/**
 * Looks at the report of a run that was really done, in a real browser: no complaint, the figures of its
 * record, a screenshot.
 */
export async function lookAtReport(out: string, screenshot: string): Promise<void> {
  const run = parseRun(await readFile(join(out, 'run.json'), 'utf8'));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(join(out, 'report.html')).href);
    await page.screenshot({ path: screenshot, fullPage: true });
    await expectFigures(page, run);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
}
