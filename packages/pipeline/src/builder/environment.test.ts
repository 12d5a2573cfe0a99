import { describe, expect, it } from 'vitest';
import { builderEnvironment } from './environment.ts';

const distribution = { root: '/ws', environment: ['LICENSE_SERVER'], gopath: true, variables: { A: '1' } };
const docker = { DOCKER_HOST: 'tcp://kubernetes:2375' };
const request = { buildTag: 'jenkins-7', extraCa: false, docker };

describe('builderEnvironment', () => {
  it("is the article's", () => {
    expect(builderEnvironment(distribution, request, {})).toMatchObject({
      GOPATH: '/ws',
      HOME: '/ws',
      PATH: expect.stringMatching(/^\/ws\/bin:/),
      KUBECONFIG: '/ws/kubeconfig',
      DOCKER_HOST: 'tcp://kubernetes:2375',
      BUILD_TAG: 'jenkins-7',
    });
  });

  it('sets what the profile says', () => {
    expect(builderEnvironment(distribution, request, {})).toMatchObject({ A: '1' });
  });

  it('sets no GOPATH for a distribution of Go modules: Go would ignore its go.mod', () => {
    expect(builderEnvironment({ ...distribution, gopath: false }, request, {})).not.toHaveProperty('GOPATH');
  });

  it('passes no variable that is not on the list', () => {
    const environment = builderEnvironment(distribution, request, { AWS_SECRET_ACCESS_KEY: 's3cret' });
    expect(JSON.stringify(environment)).not.toContain('s3cret');
  });

  it('lets in what the distribution asks for', () => {
    expect(builderEnvironment(distribution, request, { LICENSE_SERVER: 'l' })).toMatchObject({
      LICENSE_SERVER: 'l',
    });
  });

  it('cannot be led to another cluster by the caller', () => {
    const environment = builderEnvironment({ ...distribution, environment: ['KUBECONFIG'] }, request, {
      KUBECONFIG: '/mine',
    });
    expect(environment.KUBECONFIG).toBe('/ws/kubeconfig');
  });

  it('leads nothing of the session through a proxy, in both spellings, and keeps the exceptions of the caller', () => {
    const from = { https_proxy: 'http://proxy:3128', NO_PROXY: 'intra.example' };
    const environment = builderEnvironment(distribution, { ...request, services: ['registry'] }, from);
    const direct = environment.NO_PROXY?.split(',');
    expect(direct).toEqual(
      expect.arrayContaining([
        'intra.example',
        'kubernetes',
        '.svc',
        '10.96.0.0/16',
        '10.244.0.0/16',
        'registry',
      ]),
    );
    expect(environment.no_proxy).toBe(environment.NO_PROXY);
  });

  it('sets no proxy variables if there is no proxy', () => {
    expect(builderEnvironment(distribution, request, {})).not.toHaveProperty('NO_PROXY');
  });

  it('names the CA bundle if the machine has one', () => {
    expect(builderEnvironment(distribution, { ...request, extraCa: true }, {})).toHaveProperty(
      'SSL_CERT_FILE',
    );
  });
});
