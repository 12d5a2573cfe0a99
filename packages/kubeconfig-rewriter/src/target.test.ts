import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubeconfigFor } from './target.ts';

const text = `clusters: [{name: kubernetes, cluster: {server: "https://127.0.0.1:8443"}}]
contexts: [{name: admin, context: {cluster: kubernetes, user: admin}}]
current-context: admin
`;
const session = { name: 's', apiServer: { host: '127.0.0.1', port: 32768 } };
const clusterOf = (result: string) => parse(result).clusters[0].cluster;

describe('kubeconfigFor', () => {
  it('names the cluster by its alias on the session network', () => {
    expect(clusterOf(kubeconfigFor('kubernetes', text, session))).toEqual({
      server: 'https://kubernetes:8443',
    });
  });

  it('names the published port on the host', () => {
    expect(clusterOf(kubeconfigFor('host', text, session))).toEqual({ server: 'https://127.0.0.1:32768' });
  });

  it('checks the certificate by its own name on a host that the certificate does not know', () => {
    const remote = { name: 's', apiServer: { host: 'fd00::2', port: 1 } };
    expect(clusterOf(kubeconfigFor('host', text, remote))).toEqual({
      server: 'https://[fd00::2]:1',
      'tls-server-name': 'kubernetes',
    });
  });

  it('takes any address', () => {
    expect(clusterOf(kubeconfigFor('https://tunnel.example:1', text, session)).server).toBe(
      'https://tunnel.example:1',
    );
  });

  it('refuses the host if no port is published', () => {
    expect(() => kubeconfigFor('host', text, { name: 's' })).toThrow('publishes no port');
  });

  it('refuses an unknown target', () => {
    expect(() => kubeconfigFor('hots', text, session)).toThrow('"hots" is not the address');
  });
});
