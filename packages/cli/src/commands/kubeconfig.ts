import { sessionKubeconfig, sessionName } from '@istio-ci/cluster-runner';
import {
  kubeconfigFor,
  mergeSession,
  removeMergedSession,
  userKubeconfig,
  writeKubeconfig,
} from '@istio-ci/kubeconfig-rewriter';
import { type Command, Option } from 'commander';
import { print } from '../output.ts';
import { findNamedSession } from '../session-named.ts';

interface MergeOptions {
  readonly for: string;
  readonly file?: string;
  readonly keepContext?: boolean;
}

const place = () =>
  new Option(
    '--for <place>',
    "where it will be used: host, kubernetes (another container on the session's network), or a URL",
  ).default('host');
const file = () =>
  new Option('--file <file>', 'your kubeconfig (default: as for kubectl, KUBECONFIG or ~/.kube/config)');

/** `kubeconfig print|merge|remove`. `kubeconfig NAME` is short for `kubeconfig print NAME`. */
export function addKubeconfig(root: Command): void {
  const kubeconfig = root
    .command('kubeconfig')
    .description('The kubeconfig of a session: print it, write it to a file, or merge it into your own.')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci kubeconfig demo -o ~/.kube/demo\n  istio-ci kubeconfig merge demo && kubectl --context istio-ci-demo get nodes',
    );
  kubeconfig
    .command('print', { isDefault: true })
    .description('Print the kubeconfig of a session, or write it to a file (short: kubeconfig NAME).')
    .argument('[session]', 'the session (default: the only one)')
    .addOption(place())
    .option('-o, --output <file>', 'write it to this file (mode 0600, by rename)')
    .addHelpText('after', '\nExample:\n  istio-ci kubeconfig demo --for host -o ~/.kube/demo')
    .action(async (name: string | undefined, options: { for: string; output?: string }) => {
      const { text } = await kubeconfigOf(name, options.for);
      if (options.output) await writeKubeconfig(options.output, text);
      else process.stdout.write(text);
    });
  kubeconfig
    .command('merge')
    .description('Add a session to your kubeconfig, as the context istio-ci-NAME. `down` removes it again.')
    .argument('[session]', 'the session (default: the only one)')
    .addOption(place())
    .addOption(file())
    .option('--keep-context', 'keep your current context')
    .addHelpText('after', '\nExample:\n  istio-ci kubeconfig merge demo --keep-context')
    .action(async (name: string | undefined, options: MergeOptions) => {
      const { session, text } = await kubeconfigOf(name, options.for);
      const to = options.file ?? userKubeconfig();
      print(`context ${await mergeSession(to, session.name, text, options)} in ${to}`);
    });
  kubeconfig
    .command('remove')
    .description('Remove a session, which may be gone already, from your kubeconfig.')
    .argument('<session>')
    .addOption(file())
    .addHelpText('after', '\nExample:\n  istio-ci kubeconfig remove demo')
    .action(async (name: string, options: MergeOptions) => {
      const from = options.file ?? userKubeconfig();
      const removed = await removeMergedSession(from, sessionName(name));
      print(removed ? `removed from ${from}` : `${from} has no context for ${name}`);
    });
}

async function kubeconfigOf(name: string | undefined, target: string) {
  const { place, session } = await findNamedSession(name);
  return { session, text: kubeconfigFor(target, await sessionKubeconfig(place, session), session) };
}
