import { afterEach, expect, it } from 'vitest';
import { benchPromote } from './promote.ts';

const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

it('the bench names the programs that it needs if they are missing', async () => {
  process.env.PATH = '/nowhere';
  await expect(benchPromote({ runs: 1 })).rejects.toMatchObject({
    code: 'REGISTRY_PROGRAM_MISSING',
    remedy: expect.stringContaining('docker-registry, apache2-utils and openssl'),
  });
});
