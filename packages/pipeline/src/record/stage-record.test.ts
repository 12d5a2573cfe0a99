import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '@istio-ci/report';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunContext, Stage } from '../context.ts';
import { silentView } from '../view.ts';
import { recordStage } from './stage-record.ts';

let root: string;
let context: RunContext;
const said: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-record-'));
  said.length = 0;
  context = {
    distribution: { root, name: 'acme', cluster: { kubernetes: '1.37' } },
    buildTag: 'acme-1',
    // No engine: the record has to do without its version, and there is no session to keep evidence of.
    place: { facts: () => Promise.reject(new Error('no engine')) },
    progress: (line: string) => void said.push(line),
  } as unknown as RunContext;
});
afterEach(() => rm(root, { recursive: true }));

const passes: Stage = async () => undefined;
const fails: Stage = () => Promise.reject(new Error('the gateway did not answer'));
const record = (name: string, stage: Stage) => recordStage(context, name, stage, silentView);
const saved = async () => JSON.parse(await readFile(join(root, 'out/run.json'), 'utf8')) as Run;
const rows = async () => (await saved()).stages.map(({ name, result }) => `${name} ${result}`);

describe('the record of stages that run one by one', () => {
  it('has them in their order', async () => {
    for (const name of ['check', 'build']) await record(name, passes);
    expect(await rows()).toEqual(['check passed', 'build passed']);
  });

  it('has a stage that was run again once, as it ended last', async () => {
    await record('check', passes);
    await record('test', fails);
    expect((await saved()).result).toBe('failed');
    await record('test', passes);
    expect(await rows()).toEqual(['check passed', 'test passed']);
    expect((await saved()).result).toBe('passed');
  });

  it('has the images of a push that was repeated', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    await record('push', fails);
    const images = [{ name: 'pilot', tag: '1', digest, where: 'registry:5000/acme' }];
    await record('push', async () => ({ images }));
    expect((await saved()).images).toEqual(images);
  });

  it('has a dry run marked as one, and nothing pushed', async () => {
    const push: Stage = async () => ({
      facts: { dryRun: true, 'would push': ['registry:5000/acme/pilot:1'] },
    });
    await recordStage({ ...context, dryRun: true }, 'push', push, silentView);
    expect(await saved()).toMatchObject({ dryRun: true, images: [] });
    await record('push', passes);
    expect(await saved()).not.toHaveProperty('dryRun');
  });

  it('forgets the stages that rested on one that was run again, and the tests with them', async () => {
    await mkdir(join(root, 'out/junit'), { recursive: true });
    await writeFile(join(root, 'out/junit/a.xml'), '<testsuite name="a"><testcase name="t"/></testsuite>');
    for (const name of ['build', 'test', 'push']) await record(name, passes);
    expect((await saved()).tests).toHaveLength(1);
    await record('build', passes);
    expect(await rows()).toEqual(['build passed']);
    expect((await saved()).tests).toEqual([]);
  });
});

describe('the source in the record', () => {
  const [first, second] = ['a', 'b'].map((letter) => ({
    commit: letter.repeat(40),
    tags: ['1.29.1-acme.2'],
    dirty: false,
    folder: '',
  }));
  const recordAt = (source: typeof first, name: string) =>
    recordStage({ ...context, source }, name, passes, silentView);

  it('is there with the first stage, its tags without a release', async () => {
    await recordAt(first, 'images');
    const { commit, tags } = first ?? {};
    expect((await saved()).git).toEqual({ commit, tags, dirty: false });
  });

  it('is what the first stage found: files that a build leaves in the tree do not change it', async () => {
    await recordAt(first, 'build');
    await recordAt(first && { ...first, dirty: true }, 'test');
    expect((await saved()).git?.dirty).toBe(false);
  });

  it('is replaced if a later stage begins at another commit', async () => {
    await recordAt(first, 'build');
    await recordAt(second, 'build');
    expect((await saved()).git?.commit).toBe(second?.commit);
  });
});

describe('a fault of the record', () => {
  const failing = async (spoil: () => Promise<unknown>) => {
    const { error } = await record('test', async () => {
      await spoil();
      throw new Error('the gateway did not answer');
    });
    return error;
  };

  it('if a test report cannot be read, the stage ends with its own error, and the report names the file', async () => {
    const error = await failing(async () => {
      await mkdir(join(root, 'out/junit'), { recursive: true });
      await writeFile(join(root, 'out/junit/cut.xml'), '<testsuite');
    });
    expect(error).toMatchObject({ message: 'the gateway did not answer' });
    expect((await saved()).tests[0]?.cases[0]?.name).toBe('the report cut.xml');
  });

  it.each([
    ['the page cannot be written', 'out/report.html/in-the-way'],
    ['what an earlier stage left cannot be read', 'out/state/boot.json/in-the-way'],
    ['the stages so far cannot be read', 'out/state/stages.json/in-the-way'],
  ])('does not hide what ended the stage: %s', async (_, folder) => {
    const error = await failing(() => mkdir(join(root, folder), { recursive: true }));
    expect(error).toMatchObject({ message: 'the gateway did not answer' });
    expect(said.join()).toContain('no report was written: ');
  });

  it('is the error of a stage that passed', async () => {
    const { error } = await record('test', async () => {
      await mkdir(join(root, 'out/report.html/in-the-way'), { recursive: true });
      return undefined;
    });
    expect(error).toMatchObject({ code: 'REPORT_NOT_WRITABLE' });
  });
});
