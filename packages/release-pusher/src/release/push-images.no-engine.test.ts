import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtImage } from '@istio-ci/registry/test/test-images';
import { expect, it } from 'vitest';
import { paperEngine } from '../../test/paper-engine.ts';
import { resumeCommand } from '../../test/prepared-push.ts';
import { startRegistryFixture } from '../../test/push-fixture.ts';
import { testPlan } from '../../test/test-distribution.ts';
import { pushFrom } from './push.ts';

it("a registry that does not see the engine's push at once is asked again", async () => {
  await using fixture = await startRegistryFixture();
  const outDir = await mkdtemp(join(tmpdir(), 'release-pusher-stale-'));
  const { proxy, direct, insecureHosts, credentialsPath } = fixture;
  const built = builtImage('pilot');
  const hub = `${proxy.host}/acme`;
  // The first looks are before the push, which goes past the proxy.
  let looks = 0;
  proxy.use(({ method, path }) => {
    if (method !== 'HEAD' || !path.endsWith('/manifests/build-1')) return 'none';
    looks += 1;
    return looks <= 4 ? { status: 404, code: 'MANIFEST_UNKNOWN', message: 'not here yet' } : 'none';
  });
  const receipt = await pushFrom(
    paperEngine([{ ref: `${hub}/pilot:build-1`, built, store: 'containerd' }], direct),
    {
      hubs: [hub],
      plan: testPlan('build-1'),
      mode: 'promote',
      runMakePush: async () => {},
      credentials: { kind: 'file', path: credentialsPath },
      registry: { insecureHosts, retryDelaysMs: [0, 0, 0, 0] },
      outDir,
      resumeCommand,
      scan: [],
      facts: {},
    },
  );
  expect(receipt.images.map(({ digest }) => digest)).toEqual([built.manifest.digest]);
  await rm(outDir, { recursive: true });
});
