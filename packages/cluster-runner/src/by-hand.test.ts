import { describe, expect, it } from 'vitest';
import { dockerRunArguments } from './by-hand.ts';
import { capabilities } from './place/privileges.ts';

const options = { image: 'node:1', name: 'k' };
const text = (more: object = {}) => dockerRunArguments({ ...options, ...more }).join(' ');

describe('dockerRunArguments', () => {
  it('has the listed capabilities and no others', () => {
    const given = [...text().matchAll(/--cap-add (\S+)/g)].map(([, name]) => name);
    expect(given).toEqual(capabilities.map(({ name }) => name));
    expect(text()).toContain('--cap-drop ALL');
    expect(text()).not.toContain('--privileged');
  });

  it('has all privileges only on request', () => {
    expect(text({ privileges: 'privileged' })).toContain('--privileged');
    expect(text({ privileges: 'privileged' })).not.toContain('--cap');
  });

  it('publishes on loopback, on ports that the engine chooses', () => {
    expect(text()).toContain('--publish 127.0.0.1::8443 ');
    expect(text({ publish: false })).not.toContain('--publish');
  });

  it('has anonymous volumes only', () => {
    expect([...text().matchAll(/--volume (\S+)/g)].map(([, path]) => path)).toEqual([
      '/var/lib/docker',
      '/var/lib/containerd',
      '/var/lib/kubelet',
      '/var/lib/etcd',
    ]);
  });

  it('passes environment and limits', () => {
    const result = text({ env: { LEASE_SECONDS: '60' }, limits: { memoryBytes: 4096, cpus: 1.5 } });
    expect(result).toContain('--env LEASE_SECONDS=60');
    expect(result).toContain('--memory 4096 --memory-swap 4096 --cpus 1.5');
  });

  it('runs in the background, or in this terminal', () => {
    expect(text()).toContain('run --detach --rm');
    expect(text({ foreground: true })).toContain('run --interactive --tty --rm');
  });

  it('ends with the image', () => {
    expect(dockerRunArguments(options).at(-1)).toBe('node:1');
  });
});
