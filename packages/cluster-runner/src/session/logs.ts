import { sessionErrors } from '../errors.ts';
import type { LogOptions, OutputName, Place } from '../place/place.ts';
import type { Session } from '../types.ts';
import { execInSession } from './node.ts';

/** The node's programs write their logs here, one file each. */
const folder = '/var/log';

export interface SessionLogRequest extends LogOptions {
  /** One program's log, by its name: `kubelet`, `etcd`; without it the output of the container itself. */
  readonly component?: string | undefined;
  readonly write: (data: Buffer, from: OutputName) => unknown;
}

/**
 * Writes a session's log from its beginning; with `follow` until the session ends or the signal aborts.
 * @throws {CiError} LOG_UNKNOWN, naming the components that have one; SESSION_GONE
 */
export async function sessionLog(
  place: Place,
  session: Session,
  { component, follow, write, signal }: SessionLogRequest,
): Promise<void> {
  if (component !== undefined) {
    const there = await components(place, session);
    if (!there.includes(component)) throw sessionErrors.logUnknown(component, there);
    const command = [
      'tail',
      '--lines=+1',
      ...(follow ? ['--follow=name'] : []),
      `${folder}/${component}.log`,
    ];
    const onStdout = (data: Buffer) => write(data, 'stdout');
    await execInSession(place, session, command, { onStdout, signal });
    return;
  }
  for await (const { data, from } of place.watch(session).output({ follow, signal })) await write(data, from);
}

async function components(place: Place, session: Session): Promise<string[]> {
  const { stdout } = await execInSession(place, session, ['ls', folder]);
  return stdout.split('\n').flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -'.log'.length)] : []));
}
