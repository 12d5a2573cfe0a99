import type Docker from 'dockerode';
import { findSession } from './find.ts';
import { type Removed, removeSession } from './remove.ts';
import type { Session } from './types.ts';

/**
 * Ends a session: all its containers, volumes and networks; its guard sees that and ends as well.
 * @returns what was removed, or undefined where there is no such session, which is no error
 */
export async function downSession(engine: Docker, session: string | Session): Promise<Removed | undefined> {
  const found = typeof session === 'string' ? await findSession(engine, session) : session;
  return found === undefined ? undefined : removeSession(engine, found.id);
}
