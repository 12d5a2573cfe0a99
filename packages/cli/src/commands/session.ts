import {
  downSession,
  execInSession,
  findSession,
  gcSessions,
  listSessions,
  renewLease,
  type Session,
  saveEvidence,
  sessionKubeconfig,
  sessionStatus,
  waitForSession,
} from '@istio-ci/cluster-runner';
import { CiError, requireEngine } from '@istio-ci/kit';
import { kubeconfigFor, writeKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import type { Command } from 'commander';
import type { CliContext } from '../command.ts';
import { wholeNumber } from '../numbers.ts';
import { print, printJson } from '../output.ts';

/** The commands on sessions that are up. */
export function addSession(root: Command, { signal }: CliContext): void {
  root
    .command('down')
    .description('Remove a session: its containers, volumes and network. One that is not there is no error.')
    .argument('<name>')
    .action(async (name: string) => {
      const engine = await requireEngine();
      const session = await findSession(engine, name);
      await downSession(engine, session ?? name);
      print(session ? `${session.name} is gone` : `there is no session ${name}`);
    });

  root
    .command('list')
    .description('List the sessions on this engine.')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const sessions = await listSessions(await requireEngine());
      if (options.json) return printJson(sessions);
      for (const session of sessions) print(`${session.name.padEnd(32)} ${session.dockerHost ?? ''}`);
    });

  root
    .command('status')
    .description('Tell what of a session is true and what is missing, phase by phase.')
    .argument('<name>')
    .option('--json', 'print it as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const engine = await requireEngine();
      const status = await sessionStatus(engine, await requireNamed(engine, name));
      if (options.json) return printJson(status);
      for (const { name: phase, state, finishedMs } of status.phases) {
        print(
          `${phase.padEnd(16)} ${state.padEnd(8)} ${finishedMs == null ? '' : `${(finishedMs / 1000).toFixed(2)} s`}`.trimEnd(),
        );
      }
      print(status.ready ? 'ready' : 'not ready');
    });

  root
    .command('wait')
    .description(
      'Wait until everything of a session is true; exits 8 and names what is missing when the time is over.',
    )
    .argument('<name>')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber, 120)
    .action(async (name: string, options: { timeout: number }) => {
      const engine = await requireEngine();
      await waitForSession(engine, await requireNamed(engine, name), {
        timeoutSeconds: options.timeout,
        signal,
      });
      print('ready');
    });

  root
    .command('kubeconfig')
    .description("Print a session's kubeconfig, or write it to a file.")
    .argument('<name>')
    .option(
      '--for <place>',
      "where it is used: host, kubernetes (another container on the session's network), or a URL",
      'host',
    )
    .option('-o, --output <file>', 'write it there (0600, by rename)')
    .addHelpText('after', '\nExample:\n  istio-ci kubeconfig demo --for host -o ~/.kube/demo')
    .action(async (name: string, options: { for: string; output?: string }) => {
      const engine = await requireEngine();
      const session = await requireNamed(engine, name);
      const text = kubeconfigFor(options.for, await sessionKubeconfig(engine, session), session);
      if (options.output) await writeKubeconfig(options.output, text);
      else process.stdout.write(text);
    });

  root
    .command('exec')
    .description("Run a command in the session's cluster container.")
    .argument('<name>')
    .argument('<command...>')
    .addHelpText('after', '\nExample:\n  istio-ci exec demo -- kubectl get nodes')
    .action(async (name: string, command: string[]) => {
      const engine = await requireEngine();
      const session = await requireNamed(engine, name);
      const result = await execInSession(engine, session, command, { signal });
      process.stdout.write(result.stdout);
      process.stderr.write(result.stderr);
      if (result.exitCode !== 0)
        throw new CiError({
          code: 'EXEC_FAILED',
          kind: 'failed',
          message: `${command[0]} exited ${result.exitCode}.`,
          remedy: 'Its own output says why.',
        }); // prettier-ignore
    });

  root
    .command('renew')
    .description("Give a session's lease a new end, counted from now.")
    .argument('<name>')
    .argument('<seconds>', 'from now', wholeNumber)
    .action(async (name: string, seconds: number) => {
      const engine = await requireEngine();
      await renewLease(engine, await requireNamed(engine, name), seconds);
    });

  root
    .command('evidence')
    .description('Save the logs, events and states of a session as a tar file.')
    .argument('<name>')
    .option('-o, --output <file>', 'where to', 'evidence.tar')
    .action(async (name: string, options: { output: string }) => {
      const engine = await requireEngine();
      print(await saveEvidence(engine, await requireNamed(engine, name), options.output));
    });

  root
    .command('gc')
    .description('Remove what is left of sessions whose lease is over or whose owner is gone.')
    .option('--json', 'print what was removed as JSON')
    .action(async (options: { json?: boolean }) => {
      const removed = await gcSessions(await requireEngine());
      if (options.json) return printJson(removed);
      for (const { name, reason } of removed) print(`${name}: ${reason}`);
      if (removed.length === 0) print('nothing to remove');
    });
}

/** @throws {CiError} SESSION_UNKNOWN, naming those that are there */
async function requireNamed(
  engine: Awaited<ReturnType<typeof requireEngine>>,
  name: string,
): Promise<Session> {
  const session = await findSession(engine, name);
  if (session) return session;
  const others = (await listSessions(engine)).map((other) => other.name);
  throw new CiError({
    code: 'SESSION_UNKNOWN',
    kind: 'usage',
    message: `There is no session ${name}.`,
    remedy:
      others.length === 0
        ? 'There is none at all: istio-ci up makes one.'
        : `Name one of ${others.join(', ')}.`,
  });
}
