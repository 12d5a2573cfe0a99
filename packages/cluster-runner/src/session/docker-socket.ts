import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Place } from '../place/place.ts';
import type { Session } from '../types.ts';

/** A socket of this machine that leads to the session's Docker; disposing of it closes it. */
export interface DockerSocket extends AsyncDisposable {
  /** As DOCKER_HOST takes it after `unix://`. */
  readonly path: string;
}

/**
 * Makes the session's Docker reachable from this machine, for this user only and with nothing published. It
 * works for a place on another machine as well.
 */
export async function openDockerSocket(place: Place, session: Session): Promise<DockerSocket> {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-docker-')); // 0700
  const path = join(folder, 'docker.sock');
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    // To the client, any failure on the way is a lost connection, which it reports.
    forward(place, session, client).catch(() => client.destroy());
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const client of clients) client.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function forward(place: Place, session: Session, client: Socket): Promise<void> {
  const daemon = await place.dial(session, 'docker');
  try {
    await Promise.all([pipeline(client, daemon), pipeline(daemon, client)]);
  } finally {
    daemon.destroy();
  }
}
