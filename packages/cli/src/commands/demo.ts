import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadDistribution } from '@istio-ci/distribution';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addOutput, type OutputOptions } from '../view/choose.ts';
import { withErrorEvent } from '../view/json.ts';
import { bundledDistribution, runOnce } from './run.ts';

/** `demo`: the whole chain on the bundled distribution, including a release. */
export function addDemo(root: Command, context: CliContext): void {
  addOutput(root.command('demo'))
    .description(
      'Run the whole chain on the bundled Istio distribution, including a push to a throw-away registry.',
    )
    .option('--keep', 'leave the session running at the end')
    .addHelpText(
      'after',
      '\nThe first run compiles Kubernetes and Istio; later ones find them in the caches.\n\nExample:\n  istio-ci demo --keep',
    )
    .action((options: OutputOptions & { keep?: boolean }) =>
      withErrorEvent(options.json, () => demo(options, context)),
    );
}

async function demo(options: OutputOptions & { keep?: boolean }, context: CliContext): Promise<void> {
  const tag = (await readFile(join(bundledDistribution, 'VERSION'), 'utf8')).trim();
  const workspace = await createWorkspace(bundledDistribution, tag);
  context.defer(() => workspace[Symbol.asyncDispose]());
  const buildTag = `demo-${basename(workspace.root).split('-').at(-1)}`;
  const keepOutput = join(repositoryRoot, 'out/demo');
  // Hubs from the environment are ignored: the demo pushes only to the registry in its own session.
  const { hubs: hub } = await loadDistribution(workspace.root, { environment: {} });
  const reproduce = ['./istio-ci demo'];
  await runOnce(
    'push',
    { distribution: workspace.root, buildTag, hub: [...hub], keepOutput, reproduce, ...options },
    context,
  );
}
