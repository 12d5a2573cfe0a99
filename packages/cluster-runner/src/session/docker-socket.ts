import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { demultiplex } from '../engine/frames.ts';
import type { Session } from './types.ts';

/** A socket of this machine that ends in the session's engine; disposing of it closes it. */
export interface DockerSocket extends AsyncDisposable {
  /** As DOCKER_HOST takes it after `unix://`. */
  readonly path: string;
}

/**
 * Makes the session's engine reachable from this machine, by this user only, with nothing published: each connection is
 * a `docker system dial-stdio` in the cluster container, as Docker itself does it over SSH. It works for an engine on
 * another machine as well.
 */
export async function openDockerSocket(engine: Docker, session: Session): Promise<DockerSocket> {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-docker-')); // 0700
  const path = join(folder, 'docker.sock');
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    // What goes wrong on the way is a lost connection to the client, which says so.
    forward(engine, session, client).catch(() => client.destroy());
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

async function forward(engine: Docker, session: Session, client: Socket): Promise<void> {
  const exec = await engine.getContainer(session.container).exec({
    Cmd: ['docker', 'system', 'dial-stdio'],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const answers = async function* () {
    for await (const { from, data } of demultiplex(stream)) if (from === 'stdout') yield data;
  };
  try {
    await Promise.all([pipeline(client, stream, { end: true }), pipeline(answers, client)]);
  } finally {
    stream.destroy();
  }
}
