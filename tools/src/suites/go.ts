import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { buildImages, imageRef, removeContainer, requireEngine } from '@istio-ci/image-builder';
import { cachePath, goSettings, hostCaBundle, proxySettings, repositoryRoot } from '@istio-ci/kit';
import { plainProgress } from '@istio-ci/pipeline';
import { type Count, countGo } from './count.ts';
import type { SuiteContext } from './suite.ts';

/** The tests of the node's boot program, in a container of an image with Go: the host needs none. */
export async function goTests({ signal, say }: SuiteContext): Promise<Count> {
  const engine = await requireEngine();
  await buildImages(['jenkins-build'], { signal, progress: plainProgress(say) });
  // The caches of the stages: they keep the Go version that the module asks for.
  const caches = { '/cache/build': cachePath('go-build'), '/cache/mod': cachePath('go-mod') };
  for (const folder of Object.values(caches)) await mkdir(folder, { recursive: true });
  const ca = await hostCaBundle();
  const network = Object.entries({ ...goSettings(), ...proxySettings() }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const container = await engine.createContainer({
    Image: await imageRef('jenkins-build'),
    Cmd: ['go', 'test', '-json', './...'],
    // With a terminal, the output is one plain stream.
    Tty: true,
    Env: [
      'GOCACHE=/cache/build',
      'GOMODCACHE=/cache/mod',
      'GOFLAGS=-buildvcs=false',
      'HOME=/tmp',
      'SSL_CERT_FILE=/ca.crt',
      ...network,
    ],
    WorkingDir: '/src',
    HostConfig: {
      Binds: [
        `${join(repositoryRoot, 'images/minikube-dind/node')}:/src:ro`,
        ...Object.entries(caches).map(([target, source]) => `${source}:${target}`),
        ...(ca === undefined ? [] : [`${ca}:/ca.crt:ro`]),
      ],
    },
  });
  const stop = () => void removeContainer(container);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const events = await text(output as unknown as Readable);
    signal.throwIfAborted();
    const count = countGo(events);
    if (count.failed === 0 && count.passed > 0) return count;
    say(readable(events));
    return { ...count, failed: Math.max(1, count.failed) };
  } finally {
    signal.removeEventListener('abort', stop);
    await removeContainer(container);
  }
}

/** The output of the tests and of the compiler. */
function readable(events: string): string {
  return events
    .split(/\r?\n/)
    .map((line) =>
      line.startsWith('{') ? ((JSON.parse(line) as { Output?: string }).Output ?? '') : `${line}\n`,
    )
    .join('');
}
