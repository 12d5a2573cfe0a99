import { once } from 'node:events';
import { saveEvidence, sessionLog } from '@istio-ci/cluster-runner';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { print, withProgress } from '../output.ts';
import { findNamedSession } from '../session-named.ts';

interface LogOptions {
  readonly follow?: boolean;
  readonly component?: string;
  readonly bundle?: string;
}

/** `logs`: prints the logs of a session, or saves everything that explains its state in one file. */
export function addLogs(root: Command, { signal }: CliContext): void {
  root
    .command('logs')
    .description(
      'Show the log of a session: its boot and its Docker, or one program; or save everything in one file.',
    )
    .argument('[session]', 'the session (default: the only one)')
    .option('-f, --follow', 'follow the log until the session ends')
    .option(
      '--component <name>',
      'the log of one program: kubelet, kube-apiserver, etcd, containerd, coredns, …',
    )
    .addOption(
      new Option(
        '--bundle <file>',
        'save all logs, events, descriptions, pod logs, states and the boot timeline as a .tgz',
      ).conflicts(['follow', 'component']),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci logs demo --follow\n  istio-ci logs demo --component kubelet\n  istio-ci logs demo --bundle demo.tgz',
    )
    .action(async (name: string | undefined, { follow, component, bundle }: LogOptions) => {
      const { place, session } = await findNamedSession(name);
      if (bundle !== undefined) {
        print(await withProgress('evidence', () => saveEvidence(place, session, bundle, { signal })));
        return;
      }
      const write = async (data: Buffer, from: 'stdout' | 'stderr') => {
        if (!process[from].write(data)) await once(process[from], 'drain');
      };
      await sessionLog(place, session, { follow, component, write, signal });
    });
}
