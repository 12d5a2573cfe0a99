import { DOMParser, type Element, type Node, onErrorStopParsing } from '@xmldom/xmldom';
import { reportErrors } from './errors.ts';
import type { TestCase, TestSuite } from './schema.ts';
import { excerpt } from './text.ts';

/**
 * The suites of one JUnit file, with the dialects of Go, vitest, pytest and Maven. A nested suite is named
 * after its parents. Only a test that did not pass keeps a message and the end of its output. Pure.
 * @throws {CiError} JUNIT_INVALID
 */
export function parseJunit(xml: string): TestSuite[] {
  const root = parseXml(xml);
  if (root.tagName === 'testsuites') return childrenOf(root, 'testsuite').flatMap((suite) => suitesOf(suite));
  if (root.tagName === 'testsuite') return suitesOf(root);
  throw reportErrors.junit(`its root is <${root.tagName.slice(0, 80)}>`);
}

function parseXml(xml: string): Element {
  try {
    // Only a byte order mark or white space can precede the first tag; the parser accepts neither.
    const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(
      xml.replace(/^\ufeff?\s*/, ''),
      'text/xml',
    );
    if (document.documentElement) return document.documentElement;
  } catch (cause) {
    throw reportErrors.junit(faultOf(cause), cause);
  }
  throw reportErrors.junit('it is empty');
}

/** The parser wraps its message in one of its own, and repeats the document in it. */
function faultOf(error: unknown): string {
  const { message, locator } = error as Error & { locator?: { lineNumber?: number } };
  const fault = (/^Reporting error "(.*)" caused/s.exec(message)?.[1] ?? message).slice(0, 120).trim();
  return locator?.lineNumber ? `line ${locator.lineNumber}: ${fault}` : fault;
}

function suitesOf(suite: Element, parents: readonly string[] = []): TestSuite[] {
  const path = [...parents, suite.getAttribute('name') || 'tests'];
  const nested = childrenOf(suite, 'testsuite').flatMap((child) => suitesOf(child, path));
  const cases = childrenOf(suite, 'testcase').map(caseOf);
  const seen = [...cases, ...nested.flatMap((child) => child.cases)];
  if (claimedFailures(suite) > 0 && !seen.some(isFailure)) cases.push(unnamedFailure(suite));
  return cases.length === 0 ? nested : [{ name: path.join(' > '), cases }, ...nested];
}

function caseOf(element: Element): TestCase {
  const [failure] = childrenOf(element, 'failure');
  const [error] = childrenOf(element, 'error');
  const [skipped] = childrenOf(element, 'skipped');
  const why = error ?? failure ?? skipped;
  const status = error ? 'error' : failure ? 'failed' : skipped ? 'skipped' : 'passed';
  const output = [error, failure, ...childrenOf(element, 'system-out'), ...childrenOf(element, 'system-err')]
    .map((part) => part?.textContent?.trim() ?? '')
    .filter((part) => part !== '')
    .join('\n');
  const className = element.getAttribute('classname');
  const message = why && excerpt(messageOf(why), { lines: 20, characters: 1000 });
  const failed = status === 'failed' || status === 'error';
  return {
    name: element.getAttribute('name') || 'unnamed',
    ...(className ? { className } : {}),
    seconds: secondsOf(element),
    status,
    ...(message ? { message } : {}),
    ...(failed && output !== '' ? { output: excerpt(output) } : {}),
  };
}

/** If there is no message, the first line of the body serves as one. */
function messageOf(why: Element): string {
  return why.getAttribute('message')?.trim() || (why.textContent ?? '').trim().split('\n')[0] || '';
}

/**
 * If a suite's counters report failures that no case shows (a failed set-up), the suite must not look good.
 */
function unnamedFailure(suite: Element): TestCase {
  const count = claimedFailures(suite);
  return {
    name: '(the suite itself)',
    seconds: 0,
    status: 'error',
    message: `The suite counts ${count} ${count === 1 ? 'failure' : 'failures'} that no test case shows.`,
  };
}

function claimedFailures(suite: Element): number {
  return numberOf(suite.getAttribute('failures')) + numberOf(suite.getAttribute('errors'));
}

function isFailure({ status }: TestCase): boolean {
  return status === 'failed' || status === 'error';
}

function secondsOf(element: Element): number {
  return numberOf(element.getAttribute('time'));
}

/** Some programs write 1,234.5; text that is not a number counts as none. */
function numberOf(text: string | null): number {
  const value = Number((text ?? '').replaceAll(',', ''));
  return Number.isFinite(value) && value > 0 ? value : 0;
}

function childrenOf(element: Element, name: string): Element[] {
  const isNamed = (node: Node): node is Element => node.nodeName === name;
  return Array.from(element.childNodes).filter(isNamed);
}
