import {
  attachInSession,
  listSessions,
  openDockerSocket,
  openPlace,
  type Place,
  type Session,
  sessionKubeconfig,
} from '@istio-ci/cluster-runner';
import { kubeconfigFor } from '@istio-ci/kubeconfig-rewriter';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { findProgram, namelessFile, runHere } from '../host-program.ts';
import { chooseSession } from '../session-named.ts';
import { passedThrough } from '../words.ts';

/** `exec`, `kubectl`, `docker`: run a program with the settings of a session and exit with its exit code. */
export function addPassThrough(root: Command, context: CliContext): void {
  const add = (name: string, description: string, example: string) =>
    root
      .command(name)
      .description(description)
      .argument('[session]', 'the session, then --, then the command (default: the only session)')
      .argument('[words...]')
      .passThroughOptions()
      .allowUnknownOption()
      .addHelpText('after', `\nExample:\n  ${example}`);

  add(
    'exec',
    'Run a command in the cluster container of a session, on your terminal.',
    'istio-ci exec demo -- sh',
  ).action((first: string | undefined, rest: string[]) =>
    inSession(wordsOf(first, rest), context, async (place, session, words) =>
      attachInSession(place, session, words.length === 0 ? ['bash'] : words, process, context.signal),
    ),
  );
  add(
    'kubectl',
    "Run kubectl on a session: the kubectl of this machine if it has one, otherwise the session's.",
    'istio-ci kubectl demo -- get pods --all-namespaces',
  ).action((first: string | undefined, rest: string[]) =>
    inSession(wordsOf(first, rest), context, here('kubectl', context)),
  );
  add(
    'docker',
    "Run docker on the Docker of a session: the client of this machine if it has one, otherwise the session's.",
    'istio-ci docker demo -- build -t acme/app:1 .',
  ).action((first: string | undefined, rest: string[]) =>
    inSession(wordsOf(first, rest), context, here('docker', context)),
  );
}

/** All words in their order: whether the first one is a session is known only with the list of sessions. */
const wordsOf = (first: string | undefined, rest: readonly string[]) =>
  first === undefined ? [] : [first, ...rest];

async function inSession(
  all: readonly string[],
  context: CliContext,
  run: (place: Place, session: Session, words: readonly string[]) => Promise<number>,
): Promise<void> {
  const place = await openPlace();
  const sessions = await listSessions(place);
  const { session, words } = passedThrough(
    all,
    sessions.map(({ name }) => name),
  );
  context.exitCode = await run(place, chooseSession(sessions, session), words);
}

/** Runs the program of this machine; if it is missing or cannot reach the session, the one in the session. */
function here(name: 'kubectl' | 'docker', { signal }: CliContext) {
  return async (place: Place, session: Session, words: readonly string[]): Promise<number> => {
    const program = await findProgram(name);
    if (program && name === 'docker') {
      await using socket = await openDockerSocket(place, session);
      return await runHere(program, words, { DOCKER_HOST: `unix://${socket.path}` }, signal);
    }
    if (program && session.apiServer)
      return runHere(program, words, { KUBECONFIG: await hostKubeconfig(place, session) }, signal);
    const exitCode = await attachInSession(place, session, [name, ...words], process, signal);
    if (exitCode !== 0)
      process.stderr.write(
        `istio-ci: ${name} ran inside the session, where the files of this machine do not exist\n`,
      );
    return exitCode;
  };
}

async function hostKubeconfig(place: Place, session: Session): Promise<string> {
  return namelessFile(kubeconfigFor('host', await sessionKubeconfig(place, session), session));
}
