import {
  downSession,
  findSession,
  gcSessions,
  listSessions,
  openPlace,
  renewLease,
  sessionHealth,
  sessionName,
  sessionStatus,
  waitUntilReady,
} from '@istio-ci/cluster-runner';
import { messageOf } from '@istio-ci/kit';
import { contextName, removeMergedSession, userKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { givenName } from '../given-name.ts';
import { wholeNumber } from '../numbers.ts';
import { plainLines, print, printJson } from '../output.ts';
import { findNamedSession } from '../session-named.ts';

/** The commands for running sessions. */
export function addSession(root: Command, { signal }: CliContext): void {
  root
    .command('down')
    .description('Remove a session: its containers, volumes and network. It is no error if there is none.')
    .argument('<session>', 'the session', givenName)
    .addHelpText('after', '\nExample:\n  istio-ci down acme')
    .action(async (name: string) => {
      const place = await openPlace();
      const session = await findSession(place, name);
      await downSession(place, session ?? name);
      print(session ? `${session.name} is gone` : `there is no session ${name}`);
      await forgetContext(session?.name ?? sessionName(name));
    });

  root
    .command('list')
    .description('List the sessions on this engine.')
    .option('--json', 'print them as JSON')
    .option('-q, --quiet', 'print the names alone')
    .addHelpText('after', '\nExample:\n  istio-ci list --json')
    .action(async (options: { json?: boolean; quiet?: boolean }) => {
      const sessions = await listSessions(await openPlace());
      if (options.json) return printJson(sessions);
      if (options.quiet) return sessions.forEach(({ name }) => void print(name));
      for (const { name, apiServer } of sessions)
        print(apiServer ? `${name.padEnd(32)} https://${apiServer.host}:${apiServer.port}` : name);
    });

  root
    .command('status')
    .description('Show the state of a session, phase by phase, and what is missing.')
    .argument('[session]', 'the session (default: the only one)')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci status acme --json')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const { place, session } = await findNamedSession(name);
      const status = await sessionStatus(place, session);
      // The phases report the boot; what has failed since then is checked now.
      const { missing } = status.ready ? await sessionHealth(place, session) : { missing: [] };
      const ready = status.ready && missing.length === 0;
      if (options.json) return printJson({ ...status, ready, missing });
      for (const { name: phase, state, finishedMs } of status.phases) {
        print(
          `${phase.padEnd(16)} ${state.padEnd(8)} ${finishedMs == null ? '' : `${(finishedMs / 1000).toFixed(2)} s`}`.trimEnd(),
        );
      }
      for (const text of missing) print(`not ready any more: ${text}`);
      print(ready ? `ready, Kubernetes ${status.kubernetes}` : 'not ready');
    });

  root
    .command('wait')
    .description('Wait until a session is ready. After the timeout it exits 8 and names what is missing.')
    .argument('[session]', 'the session (default: the only one)')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber, 120)
    .addHelpText('after', '\nExample:\n  istio-ci wait acme --timeout 30')
    .action(async (name: string | undefined, options: { timeout: number }) => {
      const { place, session } = await findNamedSession(name);
      await waitUntilReady(place, session, { timeoutSeconds: options.timeout, signal });
      print('ready');
    });

  root
    .command('renew')
    .description("Set the end of a session's lease, counted from now.")
    .argument('<session>')
    .argument('<minutes>', 'from now', wholeNumber)
    .addHelpText('after', '\nExample:\n  istio-ci renew acme 30')
    .action(async (name: string, minutes: number) => {
      const { place, session } = await findNamedSession(name);
      const end = await renewLease(place, session, minutes * 60);
      print(`${session.name} ends at ${end.toISOString()}`);
    });

  root
    .command('gc')
    .description('Remove the sessions whose lease has ended or whose owner is gone.')
    .option('--json', 'print what was removed as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci gc --json')
    .action(async (options: { json?: boolean }) => {
      const removed = await gcSessions(await openPlace(), { progress: plainLines });
      for (const { name } of removed) await forgetContext(name);
      if (options.json) return printJson(removed);
      for (const { name, reason } of removed) print(`${name}: ${reason}`);
      if (removed.length === 0) print('nothing to remove');
    });
}

/**
 * Removes a session that is gone from the user's kubeconfig, if `kubeconfig merge` added it. A failure is
 * only printed: the session itself is gone.
 */
async function forgetContext(name: string): Promise<void> {
  const file = userKubeconfig();
  try {
    if (await removeMergedSession(file, name))
      plainLines(`context ${contextName(name)} removed from ${file}`);
  } catch (error) {
    plainLines(`context ${contextName(name)} is still in ${file}: ${messageOf(error)}`);
  }
}
