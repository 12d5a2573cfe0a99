import { listSessions, openPlace, type Session, sessionName } from '@istio-ci/cluster-runner';
import { CiError } from '@istio-ci/kit';

/**
 * The place and the session that a command is about: the named one, or the only one.
 * @throws {CiError} SESSION_UNKNOWN, SESSION_NONE, SESSION_UNCLEAR; each lists the sessions that exist
 */
export async function findNamedSession(name?: string) {
  const place = await openPlace();
  return { place, session: chooseSession(await listSessions(place), name) };
}

/** The session of this name; without a name the only one. Pure. */
export function chooseSession<T extends Pick<Session, 'name'>>(sessions: readonly T[], name?: string): T {
  const [only, ...others] = sessions;
  const wanted = name === undefined ? undefined : sessionName(name);
  const found = wanted === undefined ? only : sessions.find((session) => session.name === wanted);
  if (found && (wanted !== undefined || others.length === 0)) return found;
  throw sessionError(
    name,
    sessions.map((session) => session.name),
  );
}

function sessionError(name: string | undefined, there: readonly string[]): CiError {
  const remedy =
    there.length === 0
      ? 'There is no session at all: istio-ci up starts one.'
      : `Name one of ${there.join(', ')}.`;
  if (name !== undefined) {
    const message = `There is no session ${name}.`;
    return new CiError({ code: 'SESSION_UNKNOWN', kind: 'usage', message, remedy });
  }
  return there.length === 0
    ? new CiError({
        code: 'SESSION_NONE',
        kind: 'usage',
        message: 'There is no session.',
        remedy: 'istio-ci up starts one.',
      })
    : new CiError({
        code: 'SESSION_UNCLEAR',
        kind: 'usage',
        message: `There are ${there.length} sessions, and none was named.`,
        remedy,
      });
}
