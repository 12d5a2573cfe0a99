import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { type Count, noTests, sum } from './count.ts';
import type { SuiteContext } from './suite.ts';

/** The tests of the Jenkinsfile. `real` runs every line of it on Docker. Needs mvn and a JDK, at least 17. */
export async function mavenTests(
  { signal, say }: SuiteContext,
  profile: 'fast' | 'real' = 'fast',
): Promise<Count> {
  const project = join(repositoryRoot, 'test/jenkins');
  // Reports of tests that no longer exist would be counted again.
  await rm(join(project, 'target'), { recursive: true, force: true });
  const command = ['mvn', '-B', '-q', ...(profile === 'real' ? ['-Preal'] : []), 'test'];
  const env = childEnv({}, ['JAVA_HOME', 'MAVEN_OPTS', 'DOCKER_HOST', 'GOPROXY', 'GOSUMDB']);
  const failed = await run(command, { cwd: project, env, signal, onLine: say }).then(
    () => false,
    (error: unknown) => {
      if (error instanceof CommandError) return true;
      throw error;
    },
  );
  const count = sum(await surefireCounts(join(project, 'target/surefire-reports')));
  // Tests that do not compile write no report.
  return count.failed === 0 && (failed || count.passed === 0) ? { ...count, failed: 1 } : count;
}

async function surefireCounts(directory: string): Promise<Count[]> {
  const files = await readdir(directory).catch(() => []);
  const reports = files.filter((file) => /^TEST-.*\.xml$/.test(file));
  return Promise.all(
    reports.map(async (file) => countSurefire(await readFile(join(directory, file), 'utf8'))),
  );
}

/** The count in a report of Maven's surefire, from the attributes of its `<testsuite>`. Pure. */
export function countSurefire(xml: string): Count {
  const suite = /<testsuite\b[^>]*>/.exec(xml)?.[0];
  // A report that was cut counts as a failure.
  if (suite === undefined || !xml.includes('</testsuite>')) return { ...noTests, failed: 1 };
  const number = (name: string) => Number(new RegExp(`\\s${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  return { passed: number('tests') - failed - skipped, failed, skipped };
}
