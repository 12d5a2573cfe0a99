import type { Run, TestCase } from '../src/schema.ts';

/**
 * Seconds and result of each stage, in the order of the chain; a run stops at the first that did not pass.
 */
type Course = readonly (readonly [name: string, seconds: number, result?: 'failed' | 'interrupted'])[];

const digest = (seed: string) => `sha256:${seed.repeat(64).slice(0, 64)}`;
const commit = '4f1c0b7de2a94c6d8a3b5e7f90123456789abcde';
const where = 'registry.acme-networks.example.com:5443/platform/service-mesh/istio';

const facts: Readonly<Record<string, Run['stages'][number]['facts']>> = {
  images: { reused: ['jenkins-build:8d2f41c09a7e', 'minikube-dind:51ce77a0b3d4'] },
  cluster: { session: 'jenkins-acme-istio-release-1.29-acme-417-a93f', bootSeconds: 6.84 },
  kubeconfig: { server: 'https://kubernetes:8443' },
  build: { images: 4 },
  envoy: {
    pin: `${'9e55'.repeat(10)} (src/istio.io/istio/pilot/docker/Dockerfile.proxy_debug:2)`,
    sha256: '8aa1'.repeat(16),
    archiveBytes: 38_412_907,
    locked: true,
  },
  test: { junit: 'out/junit/TEST-pilot.xml' },
};

function stagesOf(course: Course): Run['stages'] {
  let at = 0.4;
  let stopped = false;
  return course.map(([name, seconds, ended]): Run['stages'][number] => {
    if (stopped) return { name, result: 'not run', seconds: 0, facts: {} };
    const result = ended ?? 'passed';
    // Another build holds the lock on Envoy's store: the one wait that the sample shows.
    const startSeconds = name === 'envoy' ? at + 31 : at;
    at = startSeconds + seconds + 0.02;
    stopped = result !== 'passed';
    const log = {
      path: `logs/${name}.log`,
      tail: [`+ make ${name}`, `ok  \tistio.io/istio/${name}\t${seconds}s`],
    };
    return { name, result, startSeconds, seconds, facts: facts[name] ?? {}, log };
  });
}

const phases: NonNullable<Run['boot']>['phases'] = [
  { name: 'containerd', state: 'done', startedMs: 12, finishedMs: 421 },
  { name: 'docker', state: 'done', startedMs: 424, finishedMs: 1630 },
  { name: 'etcd', state: 'done', startedMs: 95, finishedMs: 873 },
  { name: 'api-server', state: 'done', startedMs: 880, finishedMs: 4512 },
  { name: 'controller-manager', state: 'done', startedMs: 4515, finishedMs: 5230 },
  { name: 'node-ready', state: 'done', startedMs: 4520, finishedMs: 6105 },
  { name: 'default-service-account', state: 'done', startedMs: 5231, finishedMs: 5904 },
  { name: 'cluster-dns', state: 'done', startedMs: 6106, finishedMs: 6843 },
];

const packages = [
  'pilot/pkg/model',
  'pilot/pkg/serviceregistry/kube/controller',
  'pilot/pkg/xds',
  'security/pkg/pki/ca',
];

function testsOf(failures: readonly TestCase[]): Run['tests'] {
  const suites = packages.map((name, suite) => ({
    name: `istio.io/istio/${name}`,
    cases: Array.from({ length: 49 }, (_, index): TestCase => {
      const test = {
        name: `TestCase${index}/with_a_gateway_and_${suite + 1}_services`,
        className: name,
        seconds: 0.013 * (index + 1),
      };
      return index === 7
        ? { ...test, status: 'skipped', message: 'needs a load balancer' }
        : { ...test, status: 'passed' };
    }),
  }));
  return [...suites, { name: 'acme end to end', cases: [...failures] }];
}

const endToEnd: TestCase[] = [
  { name: 'istiod becomes ready in the cluster', className: 'e2e', seconds: 14.2, status: 'passed' },
];

const failures: TestCase[] = [
  {
    name: 'a request through the gateway gets the answer of the VirtualService that was applied last, also after istiod was restarted in between',
    className: 'e2e.gateway.RoutingAfterRestartOfIstiodWithSeveralRevisionsInstalledSideBySide',
    seconds: 61.04,
    status: 'failed',
    message: 'expected "hello from v2", got "hello from v1" after 60 s',
    output: [
      'gateway_test.go:118: applied VirtualService routing/hello, generation 2',
      'gateway_test.go:131: attempt 1: HTTP/1.1 200 OK, body "hello from v1"',
      'gateway_test.go:131: attempt 60: HTTP/1.1 200 OK, body "hello from v1"',
      'gateway_test.go:140: config dump: {"dynamic_route_configs":[{"version_info":"2026-11-22T14:03:05Z/7","route_config":{"name":"http.8080","virtual_hosts":[{"name":"hello.example.com:80","domains":["hello.example.com"]}]}}]}',
    ].join('\n'),
  },
  {
    name: 'istiod sees no NACK <script>alert("nack")</script>',
    className: 'e2e.xds',
    seconds: 3.4,
    status: 'failed',
    message: 'pilot_total_xds_rejects is 2, want 0',
    output:
      'warn\tads\tADS:LDS: ACK ERROR router~10.244.0.9 Internal: Error adding/updating listener(s) 0.0.0.0_8080: \u001b[31mno such filter\u001b[0m',
  },
  {
    name: 'TestMain',
    className: 'e2e.mirror',
    seconds: 0,
    status: 'error',
    message: 'panic: runtime error: invalid memory address or nil pointer dereference',
    output: 'goroutine 1 [running]:\nmain.(*mirror).start(0x0)\n\t/workspace/test/e2e/mirror.go:41 +0x1c',
  },
];

const common: Omit<Run, 'result' | 'finishedAt' | 'stages' | 'tests' | 'images'> = {
  schemaVersion: 1,
  distribution: 'acme-istio',
  buildTag: 'jenkins-acme-istio-release-1.29-acme-417',
  startedAt: '2026-11-22T14:03:05Z',
  git: { commit, branch: 'release-1.29-acme', tags: [], dirty: false },
  versions: { istioCi: '0.1.0', node: '24.21.0', engine: '20.10.24', kubernetes: '1.37.2' },
  boot: { startSeconds: 2.1, phases },
  envoy: {
    sha: '1d8c0f6e9b7a43525f0e6d7c8b9a0f1e2d3c4b5a',
    sha256: '9a'.repeat(32),
    url: 'https://mirror.acme-networks.example.com/istio-build/proxy/envoy-debug-1d8c0f6e9b7a43525f0e6d7c8b9a0f1e2d3c4b5a.tar.gz',
  },
  reproduce: [
    'git clone https://git.acme-networks.example.com/platform/acme-istio.git ../acme-istio',
    `git -C ../acme-istio checkout ${commit}`,
    './istio-ci run push --distribution ../acme-istio --build-tag jenkins-acme-istio-release-1.29-acme-417',
  ],
};

const passedImages: Run['images'] = ['pilot', 'proxyv2', 'install-cni', 'ztunnel'].flatMap((name, index) =>
  ['jenkins-acme-istio-release-1.29-acme-417', '1.29.1-acme.2'].map((tag) => ({
    name,
    tag,
    where,
    digest: digest('0123456789abcdef'.slice(index)),
  })),
);

const before: Course = [
  ['images', 0.7],
  ['cluster', 9.3],
  ['kubeconfig', 0.3],
  ['check', 42],
  ['depend', 18.4],
  ['build', 141],
];

/** A tagged release: 9 stages, 197 tests, 4 images under 2 tags. */
export function passedRun(): Run {
  return {
    ...common,
    git: { commit, branch: 'release-1.29-acme', tags: ['1.29.1-acme.2'], dirty: false },
    result: 'passed',
    finishedAt: '2026-11-22T14:13:01Z',
    stages: stagesOf([...before, ['envoy', 12], ['test', 305], ['push', 29]]),
    tests: testsOf(endToEnd),
    images: passedImages,
  };
}

/** Three of 200 tests fail: push does not run. */
export function failedRun(): Run {
  const stages = stagesOf([...before, ['envoy', 12], ['test', 305, 'failed'], ['push', 0]]);
  const test = stages.find(({ name }) => name === 'test');
  if (test) {
    test.error = {
      code: 'STAGE_FAILED',
      message: 'Stage test failed: `make test` exited 2.',
      remedy: 'Read its output in out/logs/test.log; later stages did not run.',
      causes: ['its last lines:\n    FAIL\n    make: *** [Makefile:61: test] Error 2'],
    };
    test.log = {
      path: 'logs/test.log',
      tail: [
        '--- FAIL: TestGateway/answer_of_the_virtual_service (61.04s)',
        'FAIL\tacme.example.com/istio/test/e2e\t82.113s',
        '</pre><script>document.title = "owned"</script><img src=x onerror=alert(1)>',
        '\u001b[31mFAIL\u001b[0m',
        'make: *** [Makefile:61: test] Error 2',
      ],
    };
  }
  return {
    ...common,
    git: { commit, branch: 'release-1.29-acme', tags: [], dirty: true },
    result: 'failed',
    finishedAt: '2026-11-22T14:12:29Z',
    stages,
    tests: testsOf([...endToEnd, ...failures]),
    images: [],
  };
}

/** Ctrl-C while the cluster boots. */
export function interruptedRun(): Run {
  const { envoy: _, ...rest } = common;
  const stages = stagesOf([
    ['images', 0.7],
    ['cluster', 7.2, 'interrupted'],
    ['kubeconfig', 0],
    ['check', 0],
    ['depend', 0],
    ['build', 0],
    ['envoy', 0],
    ['test', 0],
    ['push', 0],
  ]);
  const cluster = stages.find(({ name }) => name === 'cluster');
  if (cluster) cluster.error = { code: 'INTERNAL', message: 'stopped by SIGINT', causes: [] };
  return {
    ...rest,
    result: 'interrupted',
    finishedAt: '2026-11-22T14:03:14Z',
    stages,
    boot: {
      startSeconds: 2.1,
      phases: phases.map((phase, index) => {
        if (index < 4) return phase;
        return index === 4
          ? { name: phase.name, state: 'running', startedMs: 4515 }
          : { name: phase.name, state: 'waiting' };
      }),
    },
    tests: [],
    images: [],
  };
}
