import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { junitSuites } from './junit-suites.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-junit-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('junitSuites', () => {
  it('reads every file, in the order of their names', async () => {
    for (const name of ['b', 'a']) {
      const xml = `<testsuite name="${name}"><testcase name="t"/></testsuite>`;
      await writeFile(join(folder, `${name}.xml`), xml);
    }
    expect((await junitSuites(folder)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('takes a file that cannot be read for one error, and still reads the others', async () => {
    await writeFile(join(folder, 'cut.xml'), '<testsuites>\n<testsuite name="a">\n<testca');
    await writeFile(join(folder, 'good.xml'), '<testsuite name="good"><testcase name="t"/></testsuite>');
    await mkdir(join(folder, 'folder.xml'));
    const suites = await junitSuites(folder);
    expect(suites.map(({ name, cases }) => [name, cases[0]?.status])).toEqual([
      ['cut.xml', 'error'],
      ['folder.xml', 'error'],
      ['good', 'passed'],
    ]);
    expect(suites[0]?.cases[0]).toMatchObject({
      name: 'the report cut.xml',
      message: 'A test report is not JUnit XML: line 3: unexpected end of input.',
    });
  });

  it('are none if the tests wrote nothing', async () => {
    expect(await junitSuites(join(folder, 'missing'))).toEqual([]);
  });
});
