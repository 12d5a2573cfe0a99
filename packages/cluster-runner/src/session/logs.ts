import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import type { OutputName } from '../engine/frames.ts';
import { containerLog, type LogOptions } from '../engine/logs.ts';
import { errors } from '../errors.ts';
import { execInSession } from './node.ts';
import type { Session } from './types.ts';

/** Where the node's programs write their logs, one file each. */
const folder = '/var/log';

export interface SessionLogRequest extends LogOptions {
  /** One program's log, by its name: `kubelet`, `etcd`; without it what the container itself prints. */
  readonly component?: string | undefined;
  readonly write: (data: Buffer, from: OutputName) => unknown;
}

/**
 * Gives out a session's log from its beginning; with `follow` until the session ends or the signal aborts.
 * @throws {CiError} LOG_UNKNOWN, naming the components that have one; SESSION_GONE
 */
export async function sessionLog(
  engine: Docker,
  session: Session,
  { component, follow, write, signal }: SessionLogRequest,
): Promise<void> {
  if (component !== undefined) {
    const there = await components(engine, session);
    if (!there.includes(component)) throw errors.logUnknown(component, there);
    const command = [
      'tail',
      '--lines=+1',
      ...(follow ? ['--follow=name'] : []),
      `${folder}/${component}.log`,
    ];
    const onStdout = (data: Buffer) => write(data, 'stdout');
    await execInSession(engine, session, command, { onStdout, signal });
    return;
  }
  const container = engine.getContainer(session.container);
  await engineStep({ what: 'read the log', session: session.name, signal }, async () => {
    for await (const { data, from } of containerLog(container, { follow, signal })) await write(data, from);
  });
}

async function components(engine: Docker, session: Session): Promise<string[]> {
  const { stdout } = await execInSession(engine, session, ['ls', folder]);
  return stdout.split('\n').flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -'.log'.length)] : []));
}
