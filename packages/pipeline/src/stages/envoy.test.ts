import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isIstioSource } from './envoy.ts';

it("Istio's own sources are known by the script that fetches Envoy", async () => {
  const root = await mkdtemp(join(tmpdir(), 'istio-ci-'));
  try {
    const source = { root, directory: 'src/istio.io/istio' };
    expect(isIstioSource(source)).toBe(false);
    await mkdir(join(root, source.directory, 'bin'), { recursive: true });
    await writeFile(join(root, source.directory, 'bin/init.sh'), '');
    expect(isIstioSource(source)).toBe(true);
  } finally {
    await rm(root, { recursive: true });
  }
});
