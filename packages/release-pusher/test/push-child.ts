import { childEnv, run, runProgram } from '@istio-ci/kit';
import { push } from '../src/index.ts';
import { resumeCommand } from './prepared-push.ts';
import { testPlan } from './test-distribution.ts';

/** Pushes the test distribution in `root`, as the stage does, so that a test can kill it. */
const [root = '', hub = '', credentials = '', host = '', target = 'push'] = process.argv.slice(2);
await runProgram(async ({ signal }) => {
  await push({
    engine: {},
    hubs: [hub],
    plan: testPlan('build-1', '1.29.1'),
    mode: 'promote',
    runMakePush: async (to, tag, dir) => {
      const env = childEnv({ DOCKER_CONFIG: dir }, ['DOCKER_HOST']);
      await run(['make', '-C', root, target, `HUB=${to}`, `TAG=${tag}`], { env, signal });
    },
    credentials: { kind: 'file', path: credentials },
    registry: { insecureHosts: [host], retryDelaysMs: [0, 0, 0, 0] },
    outDir: `${root}/out`,
    resumeCommand,
    scan: [root],
    facts: {},
    signal,
  });
  return undefined;
});
