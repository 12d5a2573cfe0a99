import { formatSeconds } from '@istio-ci/kit';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { bootMs, countTests, failedCases, runSeconds } from '../src/figures.ts';
import type { Run } from '../src/schema.ts';

/** Holds the figures that a page shows against those of the record that it was made from. */
export async function expectFigures(page: Page, run: Run): Promise<void> {
  const texts = (selector: string) => page.locator(selector).allTextContents();
  const column = (section: string, index: number) =>
    texts(`section[aria-labelledby=${section}] tbody tr > :nth-child(${index})`);
  expect((await texts('.verdict'))[0]).toContain(formatSeconds(runSeconds(run)));
  expect(await column('timeline', 1)).toEqual(run.stages.map((stage) => stage.name));
  expect(await column('timeline', 2)).toEqual(run.stages.map((stage) => ` ${stage.result}`));
  expect(await texts('section[aria-labelledby=timeline] tbody td[data-label=Took]')).toEqual(
    run.stages.map(({ result, seconds }) => (result === 'not run' ? '' : formatSeconds(seconds))),
  );
  expect(await column('boot', 2)).toEqual(run.boot?.phases.map(({ state }) => ` ${state}`));
  const ready = run.boot && bootMs(run.boot);
  const boot = (await texts('section[aria-labelledby=boot] > p'))[0];
  expect(boot).toContain(ready === undefined ? 'did not come to an end' : formatSeconds(ready / 1000));
  const cases = run.tests.flatMap((suite) => suite.cases);
  // After the word for the result of a test that was skipped stands why.
  const results = (await column('tests', 3)).map((text) => /passed|failed|error|skipped/.exec(text)?.[0]);
  expect(results.sort()).toEqual(cases.map(({ status }) => status).sort());
  expect(await texts('.failure h4')).toEqual(
    failedCases(run.tests).map((testCase) => ` ${testCase.status} ${testCase.name}`),
  );
  const { total, passed } = countTests(cases);
  expect((await texts('header'))[0]).toContain(total === 0 ? 'no tests' : `${total} tests: ${passed} passed`);
  expect(await column('images', 4)).toEqual([...new Set(run.images.map((image) => image.digest))]);
  expect(await texts('section[aria-labelledby=images] li')).toEqual(run.images.map((image) => image.tag));
}
