import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downSession, execInSession, type Session, upSession } from '../src/index.ts';
import { giveBaseImage, image, kubectl, newName, place, podOf } from './harness.ts';

const name = newName();
const within = { timeout: 20_000 };
let session: Session;
let base: string;

const claim = (claimed: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: claimed },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
});

/** A pod that runs a line of shell with the claim at /data, as a user that owns nothing there. */
function podWith(pod: string, claimed: string, script: string) {
  const { spec, ...rest } = podOf(pod, base, ['sh', '-c', script], {
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    securityContext: { runAsUser: 1000 },
  });
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claimed } }];
  return { ...rest, spec: { ...spec, volumes } };
}

async function run(pod: string, script: string): Promise<string> {
  await kubectl(session, 'apply -f -', podWith(pod, 'data', script));
  await kubectl(session, `wait --for=jsonpath={.status.phase}=Succeeded pod/${pod} --timeout=60s`);
  const log = await kubectl(session, `logs ${pod}`);
  await kubectl(session, `delete pod ${pod}`);
  return log;
}

const directories = async () =>
  (await execInSession(place, session, ['ls', '/var/lib/kubelet/istio-ci-volumes'])).stdout;

beforeAll(async () => {
  session = await upSession({ place, image, name, leaseSeconds: 600 });
  base = await giveBaseImage(session);
});

afterAll(() => downSession(place, name));

describe('the default StorageClass', () => {
  it('keeps the data of one pod for the next, and removes it with the claim', async () => {
    await kubectl(session, 'apply -f -', claim('data'));
    await run('writer', 'echo kept > /data/file');
    expect(await kubectl(session, 'get pvc data -o jsonpath={.status.phase}')).toBe('Bound');
    expect(await run('reader', 'cat /data/file')).toBe('kept\n');
    const volume = await kubectl(session, 'get pvc data -o jsonpath={.spec.volumeName}');
    expect(await directories()).toContain(volume);
    await kubectl(session, 'delete pvc data');
    await expect.poll(directories, within).not.toContain(volume);
    await expect.poll(() => kubectl(session, 'get pv -o name'), within).toBe('');
  });

  it('says why it makes no block device', async () => {
    await kubectl(session, 'apply -f -', claim('block', { volumeMode: 'Block' }));
    await kubectl(session, 'apply -f -', {
      ...podWith('user', 'block', 'true'),
      spec: {
        ...podOf('user', base, ['true'], { volumeDevices: [{ name: 'data', devicePath: '/dev/x' }] }).spec,
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'block' } }],
      },
    });
    const events = 'get events --field-selector reason=ProvisioningFailed -o jsonpath={.items[*].message}';
    await expect
      .poll(() => kubectl(session, events), within)
      .toContain('a directory cannot be a block device');
  });
});
