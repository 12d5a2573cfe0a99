import { join } from 'node:path';
import type { Distribution } from '@istio-ci/distribution';

/** The path of the machine's CA bundle in the builder container. */
export const builderCaPath = '/etc/istio-ci/extra-ca.crt';

/** Where the Go caches of all runs are mounted: outside the workspace, because they are kept longer. */
export const builderCaches = {
  build: '/var/cache/istio-ci/go-build',
  modules: '/var/cache/istio-ci/go-mod',
} as const;

/** How the caller's Go reaches modules, and the proxies: stages that fetch modules need both. */
const network = [
  'GOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GONOPROXY',
  'GOPRIVATE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'CI',
];

/**
 * Hosts and networks inside the session, which must bypass the caller's proxy: the cluster by its names;
 * pods, services and inner containers by their networks. The networks are the node's constants
 * (images/minikube-dind/node/internal/config).
 */
const insideSession = [
  ...['localhost', '127.0.0.1', '::1', 'kubernetes', '.svc', '.cluster.local'],
  ...['10.244.0.0/16', '10.96.0.0/16', '10.245.0.0/16'],
];

/** NO_PROXY in both spellings, if there is a proxy: the caller's own exceptions and the session. */
function exceptions(set: Readonly<Record<string, string>>, services: readonly string[]) {
  if (!Object.keys(set).some((name) => /^https?_proxy$/i.test(name))) return {};
  const given = (set.NO_PROXY || set.no_proxy || '').split(',').filter((item) => item !== '');
  const all = [...new Set([...given, ...insideSession, ...services])].join(',');
  return { NO_PROXY: all, no_proxy: all };
}

/**
 * The environment of a stage: that of the article (GOPATH, HOME, PATH, KUBECONFIG, DOCKER_HOST), the caches,
 * and the variables that the distribution names. Nothing else of the caller's environment reaches the
 * builder. Pure.
 */
export function builderEnvironment(
  distribution: Pick<Distribution, 'root' | 'environment' | 'gopath' | 'variables'>,
  request: {
    buildTag: string;
    baseImage?: string | undefined;
    extraCa: boolean;
    /** How docker reaches the session's engine. */
    docker: Readonly<Record<string, string>>;
    /** The names of the session's services. */
    services?: readonly string[];
    extra?: Readonly<Record<string, string>>;
  },
  from: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { root } = distribution;
  const inherited = Object.fromEntries(
    [...network, ...distribution.environment].flatMap((name) => {
      const value = from[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return {
    ...distribution.variables,
    ...inherited,
    ...exceptions(inherited, request.services ?? []),
    ...(distribution.gopath ? { GOPATH: root } : {}),
    HOME: root,
    PATH: `${join(root, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    KUBECONFIG: join(root, 'kubeconfig'),
    ...request.docker,
    BUILD_TAG: request.buildTag,
    GOCACHE: builderCaches.build,
    GOMODCACHE: builderCaches.modules,
    ARTIFACTS: join(root, 'out'),
    // Otherwise buildx keeps its builders in the folder of DOCKER_CONFIG, which is read-only during Push, or
    // in HOME.
    BUILDX_CONFIG: '/tmp/buildx',
    ...(request.baseImage === undefined ? {} : { ISTIO_CI_BASE_IMAGE: request.baseImage }),
    ...(request.extraCa ? { SSL_CERT_FILE: builderCaPath } : {}),
    ...request.extra,
  };
}
