import { runProgram } from '@istio-ci/kit';
import { loadCredentials, parseRepository, RegistryConnection } from '@istio-ci/registry';
import type { ResumeOptions } from '../src/release/options.ts';
import { pushFrom, resumePush } from '../src/release/push.ts';
import { builtImages, type CampaignTask, candidateTag, releaseTag } from './campaign-task.ts';
import { paperEngine, pushPaper } from './paper-engine.ts';
import { resumeCommand } from './prepared-push.ts';
import { testPlan } from './test-distribution.ts';

/** Pushes, or resumes a push, as the stage and the CLI do, so that a test can kill it. */
const task: CampaignTask = JSON.parse(process.argv[2] ?? '{}');
const { hubs, moving, insecureHosts, outDir } = task;
process.stdout.write('started\n');
await runProgram(async ({ signal }) => {
  const options: ResumeOptions = {
    credentials: { kind: 'file', path: task.credentials },
    registry: { insecureHosts, retryDelaysMs: [0, 0, 0, 0] },
    outDir,
    resumeCommand,
    scan: [],
    signal,
    progress: (message) => process.stdout.write(`${message}\n`),
  };
  if (task.verb === 'resume') {
    await resumePush(options);
    return undefined;
  }
  const images = builtImages(task);
  /** Like docker: with the credentials in the folder that it is lent, and with its own retries. */
  const client = async (path: string) =>
    new RegistryConnection(
      { insecureHosts, retryDelaysMs: [0, 0] },
      await loadCredentials({ kind: 'file', path }, hubs.map(parseRepository)),
    );
  const plan = testPlan(candidateTag, releaseTag);
  await pushFrom(paperEngine(images, await client(task.credentials)), {
    ...options,
    hubs,
    plan: { ...plan, release: { kind: 'tag', tag: releaseTag, annotated: false, moving } },
    mode: 'promote',
    facts: {},
    runMakePush: async (_hub, _tag, dir) => {
      const registry = await client(dir);
      for (const [index, image] of images.entries())
        if (!task.images[index]?.leftOut) await pushPaper(image, registry);
    },
  });
  return undefined;
});
