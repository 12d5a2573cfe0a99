import { formatSeconds } from '@istio-ci/kit';
import { countTests, failedCases, type SuiteCase, type TestCounts } from '../figures.ts';
import type { Run, TestCase, TestSuite } from '../schema.ts';
import { formatShortSeconds, plural } from './format.ts';
import { type Content, type Html, html } from './html.ts';
import { type Mark, result } from './icon.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';

const marks = { passed: 'passed', failed: 'failed', error: 'failed', skipped: 'skipped' } as const;
const order: readonly TestCase['status'][] = ['error', 'failed', 'skipped', 'passed'];

/** The tests: failures first and in full, then every case by suite. */
export function testsSection({ tests }: Run): Section {
  const counts = countTests(tests.flatMap(({ cases }) => cases));
  const failures = failedCases(tests);
  const body = html`${
    counts.total === 0
      ? html`<p>No test reported.</p>`
      : html`<p>${countsOf(counts)} in ${plural(tests.length, 'suite')}; ${formatSeconds(counts.seconds)} of test time.</p>`
  }
${failures.length > 0 && html`<h3>${plural(failures.length, 'failed test')}</h3>${failures.map(failureOf)}`}
${tests.length > 0 && html`<h3>All tests by suite</h3>${tests.map(suiteOf)}`}`;
  return { id: 'tests', title: 'Tests', body };
}

/** `197 passed, 3 failed`: zeros are left out. */
export function countsInWords({ passed, failed, errors, skipped }: TestCounts): string {
  const parts = [
    `${passed} passed`,
    failed > 0 && `${failed} failed`,
    errors > 0 && plural(errors, 'error'),
    skipped > 0 && `${skipped} skipped`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function countsOf({ passed, failed, errors, skipped }: TestCounts): Content {
  const of = (mark: Mark, count: number, word: string) =>
    count > 0 && html` <span class="count">${result(mark, word)}</span>`;
  return [
    of('failed', failed, `${failed} failed`),
    of('failed', errors, plural(errors, 'error')),
    of('skipped', skipped, `${skipped} skipped`),
    of('passed', passed, `${passed} passed`),
  ];
}

function failureOf({ name, className, suite, seconds, status, message, output }: SuiteCase): Html {
  const where = className === undefined || className === suite ? suite : `${suite}, ${className}`;
  return html`<article class="failure">
<h4>${result('failed', status)} ${name}</h4>
<p class="quiet">${where}; ${formatShortSeconds(seconds)}</p>
${message && html`<p class="message">${message}</p>`}
${output && output !== message && html`<pre>${output}</pre>`}
</article>`;
}

function suiteOf({ name, cases }: TestSuite): Html {
  const counts = countTests(cases);
  const sorted = cases.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return html`<details>
<summary><span class="name">${name}</span> <span class="quiet">${countsInWords(counts)}; ${formatSeconds(counts.seconds)}</span></summary>
${table(
  `Tests of ${name}`,
  [{ name: 'Test' }, { name: 'Class' }, { name: 'Result' }, { name: 'Took', kind: 'number' }],
  sorted.map(({ name, className, status, seconds, message }) => [
    name,
    className,
    [
      result(marks[status], status),
      status === 'skipped' && message && html`<br><span class="quiet">${message}</span>`,
    ],
    formatShortSeconds(seconds),
  ]),
)}
</details>`;
}
