import { CiError } from '@istio-ci/kit';

export const kubeconfigErrors = {
  /** The text is no YAML; `where` is the parser's own sentence with line and column. */
  invalidYaml: (where: string) =>
    new CiError({
      code: 'KUBECONFIG_INVALID_YAML',
      kind: 'usage',
      message: `The kubeconfig is not valid YAML: ${where}`,
      remedy: 'Fix the file there; nothing was written.',
    }),

  notAKubeconfig: (missing: string) =>
    new CiError({
      code: 'KUBECONFIG_INVALID',
      kind: 'usage',
      message: `This is not a kubeconfig: ${missing}.`,
      remedy: 'Give a file with kind Config that kubectl reads (kubectl config view --raw).',
    }),

  noContext: (context: string | undefined, known: readonly string[]) => {
    const named = context === undefined ? 'It sets no current-context' : `It has no context ${context}`;
    return new CiError({
      code: 'KUBECONFIG_NO_CONTEXT',
      kind: 'usage',
      message: `The kubeconfig does not say which cluster is meant: ${named}.`,
      remedy: `Name one of its contexts: ${listed(known)}.`,
    });
  },

  noCluster: (cluster: string | undefined, context: string, known: readonly string[]) => {
    const named =
      cluster === undefined ? 'names no cluster' : `names the cluster ${cluster}, which is not there`;
    return new CiError({
      code: 'KUBECONFIG_NO_CLUSTER',
      kind: 'usage',
      message: `The kubeconfig's context ${context} ${named}.`,
      remedy: `Let the context name one of its clusters: ${listed(known)}.`,
    });
  },

  noServer: (cluster: string) =>
    new CiError({
      code: 'KUBECONFIG_NO_SERVER',
      kind: 'usage',
      message: `The kubeconfig's cluster ${cluster} has no server address.`,
      remedy: 'Add server: https://HOST:PORT to it.',
    }),

  badServer: (server: string, cause?: unknown) =>
    new CiError({
      code: 'KUBECONFIG_BAD_SERVER',
      kind: 'usage',
      message: `${JSON.stringify(server)} is not the address of an API server.`,
      remedy: 'Use a URL such as https://HOST:8443; an IPv6 address stands in brackets: https://[::1]:8443.',
      cause,
    }),

  notPublished: (session: string) =>
    new CiError({
      code: 'API_SERVER_NOT_PUBLISHED',
      kind: 'usage',
      message: `Session ${session} publishes no port on the host, so a kubeconfig for the host cannot work.`,
      remedy:
        'Use the kubeconfig for kubernetes inside the session network, or start the session with ports published.',
    }),

  locked: (lock: string, cause: unknown) =>
    new CiError({
      code: 'KUBECONFIG_LOCKED',
      kind: 'usage',
      message: `Another program holds the kubeconfig's lock ${lock}.`,
      remedy: 'Wait for it. If no kubectl is running, remove the lock file.',
      cause,
    }),

  notWritable: (path: string, cause: unknown) =>
    new CiError({
      code: 'KUBECONFIG_NOT_WRITABLE',
      kind: 'usage',
      message: `The kubeconfig ${path} cannot be written.`,
      remedy: 'Give a path in a folder that this user may write to; an existing file is unchanged.',
      cause,
    }),
};

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'it has none' : names.join(', ');
}
