import { listSessions, openPlace, type Session, sessionName } from '@istio-ci/cluster-runner';
import { cliErrors } from './errors.ts';

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
  const names = sessions.map((session) => session.name);
  if (name !== undefined) throw cliErrors.sessionUnknown(name, names);
  throw names.length === 0 ? cliErrors.sessionNone() : cliErrors.sessionUnclear(names);
}
