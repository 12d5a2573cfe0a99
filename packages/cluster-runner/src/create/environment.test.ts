import { describe, expect, it } from 'vitest';
import { clusterEnvironment } from './environment.ts';

describe('clusterEnvironment', () => {
  it('has a lease of two hours and the native bootstrapper by default', () => {
    expect(clusterEnvironment({}, {})).toEqual({ BOOTSTRAPPER: 'native', LEASE_SECONDS: '7200' });
  });

  it('lists the values of the request', () => {
    const request = { certSans: ['a', 'b'], registryMirrors: ['http://m'], insecureRegistries: ['r:5000'] };
    expect(clusterEnvironment(request, {})).toMatchObject({
      CERT_SANS: 'a,b',
      REGISTRY_MIRRORS: 'http://m',
      INSECURE_REGISTRIES: 'r:5000',
    });
  });

  it("passes the caller's proxies and keeps services from them", () => {
    const services = [{ name: 'mirror', image: 'i' }];
    expect(clusterEnvironment({ services }, { https_proxy: 'http://p:1', NO_PROXY: 'corp' })).toMatchObject({
      HTTPS_PROXY: 'http://p:1',
      NO_PROXY: 'corp,mirror',
    });
  });

  it('passes nothing else of the environment', () => {
    expect(clusterEnvironment({}, { SECRET: 's', NO_PROXY: 'x' })).not.toHaveProperty('SECRET');
    expect(clusterEnvironment({}, { NO_PROXY: 'x' })).not.toHaveProperty('NO_PROXY');
  });
});
