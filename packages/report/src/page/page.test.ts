import { formatSeconds } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { failedRun, interruptedRun, passedRun } from '../../test/sample-runs.ts';
import type { Run } from '../schema.ts';
import { renderReport } from './page.ts';
import { style } from './style.ts';

/** The words of the page, without markup. */
const wordsOf = (run: Run) =>
  renderReport(run)
    .replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ');

describe('renderReport', () => {
  it('puts nothing into the page that a browser would fetch or run', () => {
    for (const run of [passedRun(), failedRun(), interruptedRun()]) {
      const tags = renderReport(run).match(/<[^>]+>/g) ?? [];
      const fetching = /^<(script|link|img|iframe|object|embed)|\ssrc=|\son[a-z]+=|\sstyle=/i;
      expect(tags.filter((tag) => fetching.test(tag))).toEqual([]);
      const links = tags.flatMap((tag) => /href="([^"]*)"/.exec(tag)?.[1] ?? []);
      expect(links.filter((href) => !/^(#|\.\/)/.test(href))).toEqual([]);
    }
  });

  it('has a style sheet that fetches nothing', () => {
    expect(style).not.toMatch(/url\(|@import|<\//);
  });

  it('shows every text of the record, hostile ones too, escaped', () => {
    const hostile = `</pre></style><script>alert("1")</script>' onload='x`;
    const run = failedRun();
    run.distribution = run.buildTag = run.versions.istioCi = run.reproduce[0] = hostile;
    run.stages = [
      {
        name: hostile,
        result: 'failed',
        startSeconds: 0,
        seconds: 1,
        facts: { [hostile]: [hostile] },
        error: { code: hostile, message: hostile, remedy: hostile, causes: [hostile] },
        log: { path: `logs/${hostile.replaceAll('/', '')}`, tail: [hostile] },
      },
    ];
    run.boot = { startSeconds: 0, phases: [{ name: hostile, state: 'done', startedMs: 0, finishedMs: 1 }] };
    run.tests = [
      {
        name: hostile,
        cases: [
          {
            name: hostile,
            className: hostile,
            seconds: 0,
            status: 'failed',
            message: hostile,
            output: hostile,
          },
        ],
      },
    ];
    run.images = [{ name: hostile, tag: hostile, where: hostile, digest: `sha256:${'0'.repeat(64)}` }];
    run.envoy = { sha: hostile, sha256: '0'.repeat(64), url: hostile };
    const page = renderReport(run);
    expect(page).not.toContain('<script');
    expect(page).not.toContain("' onload");
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(15);
  });

  it('has the figures of the record', () => {
    const run = passedRun();
    const words = wordsOf(run);
    expect(words).toContain('Passed in 9 min 56 s');
    expect(words).toContain('197 tests: 193 passed, 4 skipped');
    for (const { name, seconds } of run.stages) expect(words).toContain(`${name} ${formatSeconds(seconds)}`);
    for (const { digest, tag } of run.images) expect(words).toMatch(new RegExp(`${tag}.*${digest}`));
  });

  it('shows in the picture what waited, and for how long', () => {
    expect(wordsOf(passedRun())).toMatch(
      /envoy: passed, started at 4 min 03 s after waiting 31 s, took 12 s\./,
    );
  });

  it('puts the failure before everything else', () => {
    const words = wordsOf(failedRun());
    expect(words.indexOf('What to do:')).toBeLessThan(words.indexOf('4f1c0b7de2a9'));
  });

  it("does not say a log's lines twice, as the cause of the error and as the log", () => {
    expect(wordsOf(failedRun())).not.toContain('its last lines');
  });

  it('mentions a cluster that was warm before the run', () => {
    const run = passedRun();
    run.boot = { ...run.boot, startSeconds: -725, phases: run.boot?.phases ?? [] };
    expect(wordsOf(run)).toContain('its container had started 12 min 05 s before the run');
  });

  it('shows a dry run in its title, verdict and images, and claims no push', () => {
    const run = { ...passedRun(), dryRun: true, images: [] };
    const words = wordsOf(run);
    expect(words).toContain('Passed (dry run): acme-istio');
    expect(words).toContain('Passed in 9 min 56 s, a dry run');
    expect(words).toContain('nothing pushed');
    expect(words).toContain('Nothing was pushed: this was a dry run.');
  });

  it('shows a run that ended before it did anything', () => {
    const { boot: _, envoy: __, git: ___, ...rest } = interruptedRun();
    const words = wordsOf({ ...rest, finishedAt: rest.startedAt, stages: [], reproduce: [] });
    expect(words).toContain('Interrupted in 0.0 s');
  });

  it('is the same for the same record', () => {
    expect(renderReport(passedRun())).toBe(renderReport(passedRun()));
  });
});
