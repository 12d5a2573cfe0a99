import { randomBytes } from 'node:crypto';
import { execInSession, type Session } from '@istio-ci/cluster-runner';
import type { RunContext } from '../context.ts';
import { pipelineErrors } from '../errors.ts';

/** A user of the session's own registry. */
export interface RegistryUser {
  readonly username: string;
  readonly password: string;
}

/**
 * Adds a user to a registry of the session, if it requires a password. The password is random, made when Push
 * needs it, and gone with the session. It is passed on stdin, so that no process list shows it.
 */
export async function createRegistryUser(
  context: RunContext,
  session: Session,
  service: string,
): Promise<RegistryUser | undefined> {
  const container = session.services.find(({ name }) => name === service)?.container;
  const file = context.distribution.services[service]?.htpasswd;
  if (file === undefined || container === undefined) return undefined;
  const user = { username: 'istio-ci', password: randomBytes(18).toString('base64url') };
  const command = ['htpasswd', '-iB', '-c', file, user.username];
  const { exitCode, stderr } = await execInSession(context.place, container, command, {
    input: user.password,
  });
  if (exitCode !== 0) throw pipelineErrors.registryUser(container, stderr);
  return user;
}
