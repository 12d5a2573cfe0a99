import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failedRun, passedRun } from '../test/sample-runs.ts';
import { renderReport } from './page/page.ts';
import { parseRun } from './parse.ts';
import { runJsonSchema } from './schema.ts';
import { writeReport } from './write.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'istio-ci-report-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('writeReport', () => {
  it('writes the record and its page, and makes the folder', async () => {
    const files = await writeReport(join(directory, 'out'), failedRun());
    expect(await readdir(join(directory, 'out'))).toEqual(['report.html', 'run.json']);
    expect(parseRun(await readFile(files.run, 'utf8'))).toEqual(failedRun());
    expect(await readFile(files.page, 'utf8')).toBe(renderReport(failedRun()));
  });

  it('replaces the report of the run before', async () => {
    await writeReport(directory, failedRun());
    const { page } = await writeReport(directory, passedRun());
    expect(await readFile(page, 'utf8')).toContain('<title>Passed:');
  });

  it('leaves the old report when the record is not valid, and names every fault', async () => {
    const { page } = await writeReport(directory, passedRun());
    const bad = { ...failedRun(), buildTag: '', finishedAt: 'yesterday' };
    await expect(writeReport(directory, bad)).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringMatching(/2 faults: buildTag: .*; finishedAt: /),
    });
    expect(await readFile(page, 'utf8')).toContain('<title>Passed:');
  });

  it('says so when it cannot write', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(writeReport(join(directory, 'file'), passedRun())).rejects.toMatchObject({
      code: 'REPORT_NOT_WRITABLE',
      exitCode: 2,
    });
  });
});

describe('parseRun', () => {
  it('refuses text that is not JSON', () => {
    expect(() => parseRun('{')).toThrow('it is no JSON');
  });

  it('refuses keys that it does not know', () => {
    expect(() => parseRun(JSON.stringify({ ...passedRun(), colour: 'red' }))).toThrow('colour');
  });

  it('refuses a run that ends before it starts', () => {
    const run = { ...passedRun(), finishedAt: '2026-11-22T14:03:04Z' };
    expect(() => parseRun(JSON.stringify(run))).toThrow('finishedAt: must not be before startedAt');
  });

  it('refuses a log that is not below the folder of the run', () => {
    const run = passedRun();
    run.stages[0] = {
      name: 'images',
      result: 'passed',
      seconds: 1,
      facts: {},
      log: { path: '../../etc/passwd', tail: [] },
    };
    expect(() => parseRun(JSON.stringify(run))).toThrow('stages.0.log.path: must be a path below run.json');
  });
});

describe('the published JSON schema', () => {
  it('is the one of this code', async () => {
    const published = await readFile(join(repositoryRoot, 'docs/run.schema.json'), 'utf8');
    expect(published, 'run: node tools/src/write-schemas.ts').toBe(runJsonSchema());
  });
});
