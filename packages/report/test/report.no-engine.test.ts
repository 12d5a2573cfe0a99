import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runSeconds } from '../src/figures.ts';
import { renderReport } from '../src/page/page.ts';
import type { Run } from '../src/schema.ts';
import { launchBrowser } from './browser.ts';
import { expectFigures } from './figures-on-page.ts';
import { failedRun, interruptedRun, passedRun } from './sample-runs.ts';

const runs = { passed: passedRun(), failed: failedRun(), interrupted: interruptedRun() };
// A browser on a busy machine: none of these takes more than seconds on one that is not.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const screen = { width: 1280, height: 900 };
const views = {
  light: { viewport: screen, colorScheme: 'light' },
  dark: { viewport: screen, colorScheme: 'dark' },
  narrow: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  print: { viewport: { width: 794, height: 1123 }, colorScheme: 'dark' },
} as const satisfies Record<string, BrowserContextOptions>;

let browser: Browser | undefined;
let server: Server | undefined;
let address: string;

beforeAll(async () => {
  browser = await launchBrowser();
  // The pages, as a web server of ours gives them; below /jenkins/ with the policy that Jenkins sends by
  // default.
  const pages = createServer(({ url = '' }, response) => {
    const page = Object.entries(runs).find(([name]) => url.endsWith(`/${name}.html`));
    response.setHeader('Content-Type', 'text/html');
    if (url.startsWith('/jenkins/')) {
      response.setHeader(
        'Content-Security-Policy',
        "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'",
      );
    }
    response.statusCode = page ? 200 : 404;
    response.end(page && renderReport(page[1]));
  });
  server = pages;
  await new Promise<void>((listening) => pages.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser?.close();
  await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
});

interface Seen {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: string[];
  /** What it asked for. */
  readonly requests: string[];
}

/** Opens a page in a window of its own, which is closed after `look`. */
async function open(path: string, options: BrowserContextOptions, look: (seen: Seen) => Promise<void>) {
  if (!browser) throw new Error('There is no browser.');
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  try {
    await page.goto(`${address}${path}`);
    await look({ page, complaints, requests });
  } finally {
    await context.close();
  }
}

describe.each(Object.entries(views))('the page in %s', (view, options) => {
  it.each(Object.keys(runs))(
    'shows the %s run, without a script, an overflow or a complaint',
    async (name) => {
      await open(`/${name}.html`, { ...options, javaScriptEnabled: false }, async (seen) => {
        const { page, complaints, requests } = seen;
        if (view === 'print') await page.emulateMedia({ media: 'print' });
        await page.screenshot({ path: `reports/${name}-${view}.png`, fullPage: true });
        expect(await page.locator('h1').textContent()).toContain('acme-istio');
        const [inner, outer] = await page
          .locator('html')
          .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
        expect(inner).toBe(outer);
        expect(complaints).toEqual([]);
        expect(requests).toEqual([`/${name}.html`]);
      });
    },
  );
});

describe.each(['light', 'dark', 'narrow'] as const)('axe on the page in %s', (view) => {
  it.each(Object.keys(runs))('finds no violation in the %s run', async (name) => {
    await open(`/${name}.html`, views[view], async ({ page }) => {
      // One closed part of each kind is enough: the others are made by the same code.
      await page.locator('details:first-of-type').evaluateAll((parts) => {
        for (const part of parts) part.setAttribute('open', '');
      });
      await page.evaluate(axe.source);
      const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(passes.map(({ id }) => id)).toContain('color-contrast');
    });
  });
});

describe('the figures on the page', () => {
  it.each(Object.entries(runs))('are those of the record of the %s run', async (name, run: Run) => {
    await open(`/${name}.html`, views.light, async ({ page }) => expectFigures(page, run));
  });

  it("are beside their stage's name, which stays on one line however long the facts are", async () => {
    await open('/passed.html', views.light, async ({ page }) => {
      const lines = await page.locator('section[aria-labelledby=timeline] tbody th').evaluateAll((names) =>
        names.map((name) => {
          const range = name.ownerDocument.createRange();
          range.selectNodeContents(name);
          return range.getClientRects().length;
        }),
      );
      expect(lines).toEqual(runs.passed.stages.map(() => 1));
    });
  });

  it('are drawn to scale: a bar is as wide as its stage was long', async () => {
    await open('/passed.html', views.light, async ({ page }) => {
      const widths = await page
        .locator('section[aria-labelledby=timeline] .bar')
        .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      const track = (await page.locator('.track').first().boundingBox())?.width ?? 0;
      const test = runs.passed.stages.findIndex((stage) => stage.name === 'test');
      const share = (runs.passed.stages[test]?.seconds ?? 0) / runSeconds(runs.passed);
      expect((widths[test] ?? 0) / track).toBeCloseTo(share, 2);
    });
  });
});

describe('hostile text', () => {
  it('stays text: what a log and a test name say is neither markup nor script', async () => {
    await open('/failed.html', views.light, async ({ page, complaints }) => {
      expect(await page.title()).toContain('Failed: acme-istio');
      expect(await page.locator('script, img, style ~ style').count()).toBe(0);
      expect(await page.locator('.ending pre').textContent()).toContain('<img src=x onerror=alert(1)>');
      expect(complaints).toEqual([]);
    });
  });
});

describe('as an artifact that Jenkins serves, with no style sheet allowed', () => {
  it('is still readable, and its timeline still shows lines', async () => {
    await open('/jenkins/failed.html', views.light, async ({ page }) => {
      await page.screenshot({ path: 'reports/failed-jenkins.png', fullPage: true });
      const style = (selector: string, name: string) =>
        page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${name}`);
      expect(await style('body', 'maxWidth')).toBe('none');
      expect(await style('.bar', 'fill')).toBe('rgb(119, 119, 119)');
      expect((await page.locator('.result svg').first().boundingBox())?.width).toBe(16);
    });
  });
});

describe('on paper', () => {
  it('the closed parts are open: every test is printed', async () => {
    await open('/failed.html', views.print, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByText('TestCase48/with_a_gateway_and_4_services').isVisible()).toBe(true);
      const pdf = await page.pdf({ path: 'reports/failed.pdf', format: 'A4', preferCSSPageSize: true });
      expect(pdf.length).toBeGreaterThan(10_000);
    });
  });
});
