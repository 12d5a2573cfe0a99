import { describe, expect, it } from 'vitest';
import type { EnvoyPin } from '../pin/pin.ts';
import { istioEnvironment, istioPlaces } from './istio.ts';

const sha = '0a12a02f0db52f6d229ec0fbe0f2091e1c02098b';
const tree = { source: '/w/src/istio.io/istio', gopath: '/w' };
const modern: EnvoyPin = { name: 'envoy', sha, flavour: 'alpha', era: '0.7+' };

describe('istioPlaces', () => {
  it("are the vendor folder and GOPATH's bin up to 0.6", () => {
    const pin: EnvoyPin = { name: 'envoy', sha, flavour: 'debug', era: '0.3-0.6' };
    expect(istioPlaces(pin, 'amd64', tree)).toEqual([
      `/w/src/istio.io/istio/vendor/envoy-${sha}`,
      '/w/bin/envoy',
    ]);
  });

  it('are in out/ from 0.7 on', () => {
    expect(istioPlaces(modern, 'arm64', { ...tree, source: '/i' })).toEqual([
      `/i/out/linux_arm64/release/envoy-${sha}`,
      '/i/out/linux_arm64/release/envoy',
      '/i/out/linux_arm64/envoy',
    ]);
  });
});

describe('istioEnvironment', () => {
  it('points bin/init.sh at the file with the SHA in its name', () => {
    const targets = ['/i/bin/envoy', `/i/out/linux_amd64/release/envoy-${sha}`];
    expect(istioEnvironment({ pin: modern, targets })).toEqual({
      PROXY_REPO_SHA: sha,
      ISTIO_ENVOY_VERSION: sha,
      ISTIO_ENVOY_LINUX_VERSION: sha,
      ISTIO_ENVOY_LINUX_RELEASE_DIR: '/i/out/linux_amd64/release',
      ISTIO_ENVOY_LINUX_RELEASE_NAME: `envoy-${sha}`,
      ISTIO_ENVOY_LINUX_RELEASE_PATH: `/i/out/linux_amd64/release/envoy-${sha}`,
    });
  });

  it('has other names for the debug build and for ztunnel', () => {
    const debug = istioEnvironment({ pin: { ...modern, flavour: 'debug' }, targets: ['/i/bin/envoy'] });
    expect(debug.ISTIO_ENVOY_LINUX_DEBUG_PATH).toBe('/i/bin/envoy');
    const pin: EnvoyPin = { name: 'ztunnel', sha, flavour: 'release', era: '0.7+' };
    expect(istioEnvironment({ pin, targets: ['/i/ztunnel'] })).toMatchObject({
      ZTUNNEL_REPO_SHA: sha,
      ISTIO_ZTUNNEL_LINUX_RELEASE_PATH: '/i/ztunnel',
    });
  });
});
