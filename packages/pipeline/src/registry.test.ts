import { describe, expect, it } from 'vitest';
import { registryAccess } from './registry.ts';

describe('registryAccess', () => {
  const cluster = { insecureRegistries: ['registry:5000', 'lab.example.com'] };
  const session = { services: [{ name: 'registry', container: 'c', ports: { 5000: 32_768 } }] };
  const { resolveHost } = registryAccess({ cluster }, session);

  it('leads to a registry of the session through its published port', () =>
    expect(resolveHost?.('registry:5000')?.href).toBe('http://127.0.0.1:32768/'));

  it.each(['docker.io', 'quay.io', 'lab.example.com', 'registry:5001'])(
    'leaves %s to whoever knows where it is',
    (host) => expect(resolveHost?.(host)).toBeUndefined(),
  );
});
