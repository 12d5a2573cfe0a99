import { Duplex } from 'node:stream';
import { demultiplex } from '@istio-ci/image-builder';
import type Docker from 'dockerode';
import type { SessionContainer } from '../place.ts';
import { engineStep } from './engine-errors.ts';

/**
 * A connection to the Docker daemon in a container, which is a `docker system dial-stdio` there, as Docker
 * itself does it over SSH. It works for an engine on another machine as well.
 */
export async function dialDocker(engine: Docker, { name, container }: SessionContainer): Promise<Duplex> {
  return engineStep({ what: 'reach the Docker of the session', session: name }, async () => {
    const exec = await engine.getContainer(container).exec({
      Cmd: ['docker', 'system', 'dial-stdio'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    const answers = async function* () {
      for await (const { from, data } of demultiplex(stream)) if (from === 'stdout') yield data;
    };
    return Duplex.from({ readable: answers(), writable: stream });
  });
}
