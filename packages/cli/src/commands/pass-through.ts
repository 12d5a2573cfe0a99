import {
  attachInSession,
  listSessions,
  openDockerSocket,
  type Session,
  sessionKubeconfig,
} from '@istio-ci/cluster-runner';
import { requireEngine } from '@istio-ci/kit';
import { kubeconfigFor } from '@istio-ci/kubeconfig-rewriter';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { findProgram, namelessFile, runHere } from '../host-program.ts';
import { chooseSession } from '../session-named.ts';
import { passedThrough } from '../words.ts';

type Engine = Awaited<ReturnType<typeof requireEngine>>;

/** `exec`, `kubectl`, `docker`: programs with a session's own settings; their exit code is ours. */
export function addPassThrough(root: Command, context: CliContext): void {
  const add = (name: string, description: string, example: string) =>
    root
      .command(name)
      .description(description)
      .argument('[session]', 'the session, then --, then the rest (default: the only session)')
      .argument('[words...]')
      .passThroughOptions()
      .allowUnknownOption()
      .addHelpText('after', `\nExample:\n  ${example}`);

  add(
    'exec',
    "Run a command in the session's cluster container, on your terminal.",
    'istio-ci exec demo -- sh',
  ).action((first: string | undefined, rest: string[]) =>
    inSession(wordsOf(first, rest), context, async (engine, session, words) =>
      attachInSession(engine, session, words.length === 0 ? ['bash'] : words, process, context.signal),
    ),
  );
  add(
    'kubectl',
    "Run kubectl on a session: this machine's own where there is one, else the session's.",
    'istio-ci kubectl demo -- get pods --all-namespaces',
  ).action((first: string | undefined, rest: string[]) =>
    inSession(wordsOf(first, rest), context, here('kubectl', context)),
  );
  add(
    'docker',
    "Run docker on a session's own Docker: with this machine's client where there is one, else the session's.",
    'istio-ci docker demo -- build -t acme/app:1 .',
  ).action((first: string | undefined, rest: string[]) =>
    inSession(wordsOf(first, rest), context, here('docker', context)),
  );
}

/** All words as they stood: only a look at the sessions tells whether the first one is one. */
const wordsOf = (first: string | undefined, rest: readonly string[]) =>
  first === undefined ? [] : [first, ...rest];

async function inSession(
  all: readonly string[],
  context: CliContext,
  run: (engine: Engine, session: Session, words: readonly string[]) => Promise<number>,
): Promise<void> {
  const engine = await requireEngine();
  const sessions = await listSessions(engine);
  const { session, words } = passedThrough(
    all,
    sessions.map(({ name }) => name),
  );
  context.exitCode = await run(engine, chooseSession(sessions, session), words);
}

/** Runs the program of this machine, or where that cannot reach the session, the session's own. */
function here(name: 'kubectl' | 'docker', { signal }: CliContext) {
  return async (engine: Engine, session: Session, words: readonly string[]): Promise<number> => {
    const program = await findProgram(name);
    if (program && name === 'docker') {
      await using socket = await openDockerSocket(engine, session);
      return await runHere(program, words, { DOCKER_HOST: `unix://${socket.path}` }, signal);
    }
    if (program && session.apiServer)
      return runHere(program, words, { KUBECONFIG: await hostKubeconfig(engine, session) }, signal);
    const exitCode = await attachInSession(engine, session, [name, ...words], process, signal);
    if (exitCode !== 0)
      process.stderr.write(`istio-ci: this was the session's own ${name}; it sees no file of this machine\n`);
    return exitCode;
  };
}

async function hostKubeconfig(engine: Engine, session: Session): Promise<string> {
  return namelessFile(kubeconfigFor('host', await sessionKubeconfig(engine, session), session));
}
