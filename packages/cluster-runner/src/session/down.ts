import type { Place, Removed } from '../place/place.ts';
import type { Session } from '../types.ts';
import { findSession } from './find.ts';

/**
 * Ends a session: all its containers, volumes and networks. Its guard notices and ends as well.
 * @returns what was removed; undefined if there is no such session, which is no error
 */
export async function downSession(place: Place, session: string | Session): Promise<Removed | undefined> {
  const found = typeof session === 'string' ? await findSession(place, session) : session;
  return found === undefined ? undefined : place.down(found.id);
}
