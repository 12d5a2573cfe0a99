import { describe, expect, it } from 'vitest';
import { countSurefire } from './maven.ts';

const report = (attributes: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="istioci.StagesTest" time="7.7" ${attributes}>\n  <properties/>\n</testsuite>\n`;

describe('countSurefire', () => {
  it('returns the numbers of the suite', () => {
    expect(countSurefire(report('tests="7" errors="0" skipped="2" failures="1"'))).toEqual({
      passed: 4,
      failed: 1,
      skipped: 2,
    });
  });

  it('counts a test that threw as failed', () => {
    expect(countSurefire(report('tests="3" errors="2" skipped="0" failures="1"')).failed).toBe(3);
  });

  it('counts a report that was cut as a failure', () => {
    expect(countSurefire(report('tests="7" errors="0"').replace('</testsuite>', ''))).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts an empty file as a failure', () => {
    expect(countSurefire('').failed).toBe(1);
  });
});
