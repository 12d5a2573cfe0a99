import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImages, everydayImages, imageRef } from '@istio-ci/image-builder';
import {
  CommandError,
  childEnv,
  formatSeconds,
  type KubernetesMinor,
  kubernetesMinors,
  messageOf,
  repositoryRoot,
  run,
} from '@istio-ci/kit';
import { namedLine, plainProgress } from '@istio-ci/pipeline';
import { vmInputs, vmTests } from '../vm/suite.ts';

import { type Count, closingLine, countVitest, needsMinikubeLines, sum } from './count.ts';
import { goTests } from './go.ts';
import { longSuite } from './long-suite.ts';
import { mavenTests } from './maven.ts';
import type { Suite, SuiteContext } from './suite.ts';

/**
 * The suites in their order: quick ones first, so that a mistake shows early. Long ones run when they are
 * due.
 */
export const suites: Readonly<Record<string, Suite>> = {
  unit: (context) => vitestIn(repositoryRoot, 'unit', context),
  check: (context) => counted(context, ['node', 'tools/src/check/check-repo.ts']),
  go: goTests,
  'no-engine': (context) => vitestIn(repositoryRoot, 'no-engine', context),
  jenkins: (context) => mavenTests(context, 'fast'),
  engine: async (context) => {
    await allImages(context);
    return everyPackage('engine', context);
  },
  'jenkins-real': async (context) => {
    await allImages(context);
    return mavenTests(context, 'real');
  },
  versions: async (context) => {
    const refs = kubernetesMinors.map((kubernetes) => imageRef('minikube-dind', { kubernetes }));
    return longSuite('versions', (await Promise.all(refs)).join(), context, async () => {
      for (const minor of kubernetesMinors) await allImages(context, minor);
      return everyPackage('versions', context);
    });
  },
  vm: async (context) =>
    longSuite('vm', await vmInputs(), context, () =>
      vmTests(context, (limited, env) => vitestIn(join(repositoryRoot, 'test'), 'vm', limited, env)),
    ),
};

/** Builds the missing images first, so that the time limits of the tests need not allow for it. */
async function allImages({ signal, say }: SuiteContext, kubernetes?: KubernetesMinor): Promise<void> {
  await buildImages(everydayImages, { kubernetes, signal, progress: plainProgress(say) });
}

const nameWidth = Math.max(...Object.keys(suites).map(({ length }) => length));

/** These suites run beside the others, which wait for clusters most of the time. */
const withoutEngine = ['unit', 'check', 'go', 'no-engine'];

/**
 * Runs suites, some beside the others. A suite that throws counts as one failure, and the next one still
 * runs.
 */
export async function runSuites(names: readonly string[], context: SuiteContext): Promise<Count> {
  const lanes = [
    names.filter((name) => withoutEngine.includes(name)),
    names.filter((name) => !withoutEngine.includes(name)),
  ];
  const ended = await Promise.allSettled(lanes.map((lane) => oneAfterTheOther(lane, context)));
  const counts = ended.flatMap((lane) => {
    if (lane.status === 'rejected') throw lane.reason;
    return lane.value;
  });
  const total = sum(counts);
  for (const line of needsMinikubeLines(total)) context.say(line);
  return total;
}

async function oneAfterTheOther(names: readonly string[], context: SuiteContext): Promise<Count[]> {
  const counts: Count[] = [];
  for (const name of names) {
    const start = performance.now();
    const say = (line: string) => context.say(namedLine(name, nameWidth, line));
    say('started');
    const count = await suites[name]?.({ ...context, say }).catch((error: unknown) => {
      if (context.signal.aborted) throw error;
      say(messageOf(error));
      return { passed: 0, failed: 1, skipped: 0 };
    });
    if (!count) continue;
    counts.push(count);
    say(`${closingLine(count)} in ${formatSeconds((performance.now() - start) / 1000)}`);
  }
  return counts;
}

/** A command that is one test: it passes when it exits 0. */
async function counted(context: SuiteContext, command: string[]): Promise<Count> {
  const failed = await show(context, command, repositoryRoot);
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 };
}

async function everyPackage(suite: 'engine' | 'versions', context: SuiteContext): Promise<Count> {
  const counts: Count[] = [];
  for (const directory of await packagesWith(`test:${suite}`)) {
    counts.push(await vitestIn(directory, suite, context));
  }
  return sum(counts);
}

async function vitestIn(
  directory: string,
  suite: 'unit' | 'no-engine' | 'engine' | 'versions' | 'vm',
  context: SuiteContext,
  env: Record<string, string> = {},
): Promise<Count> {
  const report = join(directory, 'reports', `${suite}.json`);
  await rm(report, { force: true });
  const failed = await show(context, ['vitest', 'run'], directory, { ...env, ISTIO_CI_SUITE: suite });
  // Without tests of this suite, vitest writes an empty report. If there is none, it died.
  return existsSync(report)
    ? countVitest(await readFile(report, 'utf8'))
    : { passed: 0, failed: failed ? 1 : 0, skipped: 0 };
}

/** The folders of the packages with a script of this name, in order; the tests across packages are last. */
async function packagesWith(script: string): Promise<string[]> {
  const folders = (await readdir(join(repositoryRoot, 'packages')))
    .sort()
    .map((name) => join(repositoryRoot, 'packages', name));
  const found: string[] = [];
  for (const folder of [...folders, join(repositoryRoot, 'tools'), join(repositoryRoot, 'test')]) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
    const { scripts } = JSON.parse(text) as { scripts?: Record<string, string> };
    if (scripts?.[script]) found.push(folder);
  }
  return found;
}

/** Runs a command and shows its output. True if it failed. */
async function show(
  context: SuiteContext,
  command: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<boolean> {
  const bins = [cwd, repositoryRoot].map((folder) => join(folder, 'node_modules/.bin'));
  const environment = childEnv({ PATH: [...bins, process.env.PATH].join(':'), ...env }, [
    'DOCKER_HOST',
    'MINIKUBE_BINARY',
    'CRICTL_BINARY',
  ]);
  try {
    await run(command, { cwd, env: environment, signal: context.signal, onLine: context.say });
    return false;
  } catch (error) {
    if (error instanceof CommandError) return true;
    throw error;
  }
}
