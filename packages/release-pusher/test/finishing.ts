import { headManifest } from '@istio-ci/registry';
import { startFaultProxy } from '@istio-ci/registry/test/fault-proxy';
import { startRegistry } from '@istio-ci/registry/test/registry-server';
import { plainConnection, uploadImage, uploadIndex } from '@istio-ci/registry/test/test-images';
import { resumePush } from '../src/release/push.ts';
import type { PushRecord, ReleasedImage } from '../src/release/push-record.ts';
import { preparedPush, resumeCommand } from './prepared-push.ts';

/**
 * What finishing a push is tested with: a registry that lets everybody in, behind a proxy that injects
 * faults.
 */
export type Finishing = Awaited<ReturnType<typeof startFinishing>>;

export async function startFinishing() {
  const server = await startRegistry();
  const proxy = await startFaultProxy(server.url);
  let number = 0;
  return {
    server,
    proxy,

    /** A separate hub for each test, with two candidates, the second for two platforms. */
    candidates: async () => {
      number += 1;
      const path = `hub${number}`;
      const hub = `${proxy.host}/${path}`;
      proxy.use(() => 'none');
      const direct = plainConnection(proxy.host);
      const at = (name: string) => ({ host: proxy.host, path: `${path}/${name}` });
      const images: ReleasedImage[] = [
        { name: 'pilot', variant: '', digest: await uploadImage(direct, at('pilot'), 'pilot', 'build-1') },
        {
          name: 'proxyv2',
          variant: '-distroless',
          digest: await uploadIndex(direct, at('proxyv2'), 'proxy', 'build-1-distroless'),
        },
      ];
      const tag = (name: string, reference: string) => headManifest(direct, at(name), reference);
      /** Puts another image under a tag, past the proxy. */
      const other = (name: string, text: string, reference: string) =>
        uploadImage(plainConnection(server.host), { ...at(name), host: server.host }, text, reference);
      return { hub, images, at, tag, other, direct, mirror: `mirror${number}` };
    },

    /** A push whose candidates are verified and that is yet to be finished, with its progress messages. */
    resume: async (run: PushRecord, images: readonly ReleasedImage[]) => {
      const prepared = await preparedPush(run, images);
      const messages: string[] = [];
      const again = () =>
        resumePush({
          progress: (message) => messages.push(message),
          outDir: prepared.outDir,
          resumeCommand,
          credentials: { kind: 'none' },
          registry: { insecureHosts: [proxy.host], retryDelaysMs: [0, 0, 0, 0] },
          scan: [],
        });
      return { ...prepared, again, messages };
    },

    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
