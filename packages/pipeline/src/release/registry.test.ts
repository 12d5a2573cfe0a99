import { describe, expect, it } from 'vitest';
import { ownRegistry, registryAccess, resumeCommand } from './registry.ts';

describe('registryAccess', () => {
  const cluster = { insecureRegistries: ['registry:5000', 'lab.example.com'] };
  const session = { services: [{ name: 'registry', container: 'c', ports: { 5000: 32_768 } }] };
  const { resolveHost } = registryAccess({ cluster }, session);

  it('leads to a registry of the session through its published port', () =>
    expect(resolveHost?.('registry:5000')?.href).toBe('http://127.0.0.1:32768/'));

  it.each(['docker.io', 'quay.io', 'lab.example.com', 'registry:5001'])('does not change %s', (host) =>
    expect(resolveHost?.(host)).toBeUndefined(),
  );
});

describe('ownRegistry', () => {
  const registry = { image: 'demo-registry', ports: [5000], env: {} };
  const own = (hub: string) => ownRegistry({ services: { registry } }, hub);

  it('is the service that a hub names as its host', () =>
    expect(own('registry:5000/acme')).toEqual({ host: 'registry:5000', service: 'registry' }));

  it.each(['registry/acme', 'quay.io/acme', 'other:5000/acme'])('does not exist for %s', (hub) =>
    expect(own(hub)).toBeUndefined(),
  );
});

describe('resumeCommand', () => {
  it('names the distribution, and the credentials and build that the push had, as a shell reads them', () => {
    const command = resumeCommand("/home/me/acme's istio", {
      credentials: '/run/config.json',
      buildTag: 'b-7',
    });
    expect(command).toBe(
      `./istio-ci release resume --distribution '/home/me/acme'\\''s istio' --credentials /run/config.json --build-tag b-7`,
    );
  });

  it('leaves out unset options', () =>
    expect(resumeCommand('/src', {})).toBe('./istio-ci release resume --distribution /src'));
});
