import { CiError } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { parseJunit } from './junit.ts';

const suite = (cases: string, attributes = '') => `<testsuite name="s" ${attributes}>${cases}</testsuite>`;
const only = (xml: string) => parseJunit(xml)[0]?.cases[0];

describe('parseJunit', () => {
  it('reads the name, class, time and result of each test', () => {
    const xml = suite(
      '<testcase name="a" classname="pkg.A" time="0.25"/><testcase name="b" time="1,234.5"><skipped message="not here"/></testcase>',
    );
    expect(parseJunit(xml)).toEqual([
      {
        name: 's',
        cases: [
          { name: 'a', className: 'pkg.A', seconds: 0.25, status: 'passed' },
          { name: 'b', seconds: 1234.5, status: 'skipped', message: 'not here' },
        ],
      },
    ]);
  });

  it('keeps the message and the output of a failure, as gotestsum, vitest and pytest write them', () => {
    const xml = suite(`<testcase name="a" time="1">
      <failure message="Failed"><![CDATA[a_test.go:7: got <1>, want <2>]]></failure>
      <system-out>&lt;log&gt; line</system-out><system-err>warning</system-err></testcase>`);
    expect(only(xml)).toMatchObject({
      status: 'failed',
      message: 'Failed',
      output: 'a_test.go:7: got <1>, want <2>\n<log> line\nwarning',
    });
  });

  it('uses the first line of the body if a failure has no message', () => {
    expect(only(suite('<testcase name="a"><failure>boom\nat x</failure></testcase>'))?.message).toBe('boom');
  });

  it('distinguishes an error, which could not run, from a failure', () => {
    expect(only(suite('<testcase name="a"><error message="panic"/></testcase>'))).toMatchObject({
      status: 'error',
      message: 'panic',
    });
  });

  it('names a nested suite after its parents', () => {
    const xml = `<testsuites name="all"><testsuite name="outer"><testcase name="a"/>
      <testsuite name="inner"><testcase name="b"/></testsuite></testsuite><testsuite name="other"><testcase name="c"/></testsuite></testsuites>`;
    expect(parseJunit(xml).map(({ name }) => name)).toEqual(['outer', 'outer > inner', 'other']);
  });

  it('drops the output of a test that passed', () => {
    expect(only(suite('<testcase name="a"><system-out>chatter</system-out></testcase>'))).not.toHaveProperty(
      'output',
    );
  });

  it('keeps the end of a long output, and says what it cut', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`).join('\n');
    const output = only(suite(`<testcase name="a"><failure>${lines}</failure></testcase>`))?.output ?? '';
    expect([output.split('\n')[0], output.endsWith('line 999')]).toEqual(['(960 lines before)', true]);
  });

  it('shows a suite whose counters report a failure that no test shows', () => {
    expect(only(suite('<testcase name="a"/>', 'failures="0" errors="2"'))).toMatchObject({
      status: 'passed',
    });
    expect(parseJunit(suite('<testcase name="a"/>', 'failures="0" errors="2"'))[0]?.cases[1]).toMatchObject({
      status: 'error',
      message: 'The suite counts 2 failures that no test case shows.',
    });
  });

  it('does not count the failures of nested suites twice', () => {
    const xml = `<testsuite name="o" failures="1"><testsuite name="i" failures="1"><testcase name="a"><failure/></testcase></testsuite></testsuite>`;
    expect(parseJunit(xml).flatMap(({ cases }) => cases)).toHaveLength(1);
  });

  it('reads a file with a byte order mark, many entities and control characters of a terminal', () => {
    const xml = `\ufeff<?xml version="1.0"?>\n${suite(`<testcase name="a"><failure>\u001b[31m${'&lt;&#10;'.repeat(5000)}</failure></testcase>`)}`;
    expect(only(xml)?.status).toBe('failed');
  });

  it.each([
    ['an empty file', '', 'missing root element'],
    ['half a file', '<testsuites>\n<testsuite name="a">\n<testcase', 'line 3: unexpected end of input'],
    [
      'a tag that is not closed',
      '<testsuite><testcase></testsuite>',
      'line 1: Opening and ending tag mismatch',
    ],
    ['a web page', '<html><body>502</body></html>', 'its root is <html>'],
    ['no XML', 'PASS ok', 'missing root element'],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "y">]><testsuite>&x;</testsuite>', 'entity not found'],
  ])('refuses %s and says what is wrong', (_, xml, fault) => {
    expect(() => parseJunit(xml)).toThrow(fault);
    expect(() => parseJunit(xml)).toThrow(CiError);
  });
});
