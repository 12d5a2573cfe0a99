import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  downSession,
  execInSession,
  type Session,
  sessionHealth,
  upSession,
  waitUntilReady,
} from '../src/index.ts';
import { brokenImage, engine, image, newName, place } from './harness.ts';

const service = (name: string, from: string, to: string) =>
  `RUN sed -i 's#${from}#${to}#' /etc/istio-ci/services/${name}/run && grep -q -- '${to}' /etc/istio-ci/services/${name}/run`;

/** etcd stops answering once the API server serves, so that this never gets ready. */
const stopEtcd =
  '(until curl -ks https://127.0.0.1:8443/version >/dev/null; do sleep 0.02; done; pkill -STOP -x etcd) &';

describe('a cluster that does not come up', () => {
  it.concurrent.each([
    [
      'containerd',
      service('containerd', 'exec containerd', 'exec containerd --no-such-flag'),
      'no-such-flag',
    ],
    ['etcd', service('etcd', '--data-dir=/var/lib/etcd/data', '--data-dir=/proc/none'), '/proc/none'],
    ['api', `RUN sed -i '2i ${stopEtcd}' /etc/istio-ci/services/kube-apiserver/run`, 'kube-apiserver: '],
    ['docker', service('docker', 'exec dockerd', 'exec dockerd --no-such-flag'), 'no-such-flag'],
    ['serving', service('kube-apiserver', 'http://127.0.0.1:2379', 'http://127.0.0.1:1'), '127.0.0.1:1'],
    ['node', service('kubelet', '/etc/kubernetes/kubelet.yaml', '/nowhere.yaml'), 'nowhere.yaml'],
    [
      'serviceaccount',
      service('kube-controller-manager', '/etc/kubernetes/controller-manager.conf', '/nowhere.conf'),
      'nowhere.conf',
    ],
    ['dns', service('coredns', '/etc/coredns/Corefile', '/nowhere'), 'nowhere'],
  ])('names %s as missing, with the log that explains it', async (phase, instruction, explanation) => {
    const broken = await brokenImage(instruction);
    const name = newName();
    try {
      const up = upSession({ place, image: broken, name, leaseSeconds: 300, readyTimeoutSeconds: 15 });
      const error = await up.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(error).toMatchObject({ code: 'NOT_READY', exitCode: 8 });
      expect(error).toHaveProperty(
        'message',
        expect.stringMatching(new RegExp(`not ready: .*\\b${phase}\\b`)),
      );
      expect(error).toHaveProperty('message', expect.stringContaining(explanation));
    } finally {
      await downSession(place, name);
      await engine.getImage(broken).remove({ force: true });
    }
  });
});

describe('a cluster in which something breaks later', () => {
  const name = newName();
  let session: Session;
  beforeAll(async () => {
    session = await upSession({ place, image, name, leaseSeconds: 900 });
  });
  afterAll(() => downSession(place, name));

  const inside = async (script: string) => {
    const { exitCode, stderr } = await execInSession(place, session, ['sh', '-c', script]);
    expect(exitCode, stderr).toBe(0);
  };
  const freeze = (program: string) => `pkill -STOP -x ${program}`;
  const thaw = (program: string) => `pkill -CONT -x ${program}`;

  it.each([
    ['docker', freeze('dockerd'), thaw('dockerd')],
    ['api', freeze('kube-apiserver'), thaw('kube-apiserver')],
    ['node', 'kubectl cordon kubernetes', 'kubectl uncordon kubernetes'],
    [
      'serviceaccount',
      `${freeze('kube-controller')} && kubectl delete serviceaccount default`,
      thaw('kube-controller'),
    ],
    ['dns', freeze('coredns'), thaw('coredns')],
  ])(
    'is not ready while %s is not true, says why, and is ready again after it',
    async (check, spoil, mend) => {
      await inside(spoil);
      const waiting = waitUntilReady(place, session, { timeoutSeconds: 1 });
      await expect(waiting).rejects.toMatchObject({
        code: 'NOT_READY',
        exitCode: 8,
        message: expect.stringMatching(new RegExp(`not ready: (.*; )?${check}: .*\\n +\\S`)),
      });
      await inside(mend);
      await waitUntilReady(place, session, { timeoutSeconds: 60 });
      expect((await sessionHealth(place, session)).missing).toEqual([]);
    },
  );
});
