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
 * Lets one new user into a registry of the session's own, if it asks for a password: a random one, made when Push needs
 * it and forgotten with the session. It goes in by stdin, so that no process list ever shows it.
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
