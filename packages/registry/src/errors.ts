import { CiError, messageOf } from '@istio-ci/kit';

/** How many keys are named at most; after that, how many more there are. */
const mostKeys = 20;

const list = (names: readonly string[]) => {
  const more = names.length - mostKeys;
  return `${names.slice(0, mostKeys).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Every error text of this package. */
export const registryErrors = {
  hubInvalid: (hub: string) =>
    new CiError({
      code: 'HUB_INVALID',
      kind: 'usage',
      message: `${hub} is not a hub.`,
      remedy: 'Name a registry and a path in lower case, as in quay.io/acme.',
    }),

  insecureRegistry: (host: string, url: string) =>
    new CiError({
      code: 'REGISTRY_INSECURE',
      kind: 'usage',
      message: `${host} would be contacted over plain HTTP (${url}).`,
      remedy: `Use HTTPS, or list ${host} under cluster.insecureRegistries if it is on a network of your own.`,
    }),

  caUnreadable: (cause: unknown) =>
    new CiError({
      code: 'REGISTRY_CA_UNREADABLE',
      kind: 'usage',
      message: `The certificate authorities of this machine cannot be read: ${messageOf(cause)}.`,
      remedy:
        'Set SSL_CERT_FILE, or NODE_EXTRA_CA_CERTS if that is unset, to a PEM file with at least one certificate.',
      cause,
    }),

  /** `credential` says where the credential came from, never its value; undefined if there was none. */
  denied: (denial: {
    readonly host: string;
    readonly repository: string;
    readonly credential: string | undefined;
    readonly detail: string;
    readonly cause?: unknown;
  }) => {
    const { host, repository, credential, detail, cause } = denial;
    const as = credential === undefined ? 'without credentials' : `with the credentials from ${credential}`;
    return new CiError({
      code: 'PUSH_DENIED',
      kind: 'registry',
      message: `${host} denies push to ${repository} ${as}: ${detail}.`,
      remedy:
        credential === undefined
          ? `Name credentials for ${host}: --credentials, ISTIO_CI_CREDENTIALS, or REGISTRY_USERNAME and REGISTRY_PASSWORD.`
          : `Check that they are right and that their account may push to ${repository}.`,
      cause,
    });
  },

  unavailable: (host: string, what: string, attempts: number, cause: unknown) =>
    new CiError({
      code: 'PUSH_UNAVAILABLE',
      kind: 'registry',
      message: `${host} did not serve ${what} in ${attempts} attempts.`,
      remedy: `When ${host} works again, run the same command again: nothing is lost.`,
      cause,
    }),

  refused: (host: string, what: string, detail: string) =>
    new CiError({
      code: 'REGISTRY_REFUSED',
      kind: 'registry',
      message: `${host} refuses ${what}: ${detail}.`,
      remedy: 'Another attempt would fail in the same way: fix what it names.',
    }),

  answerUnreadable: (host: string, what: string, got: string) =>
    new CiError({
      code: 'REGISTRY_ANSWER',
      kind: 'registry',
      message: `${host} answers the request for ${what} with ${got} that cannot be read.`,
      remedy:
        'Check that the hub names a registry, and what is between: the login page of a proxy answers like that.',
    }),

  tagImmutable: (ref: string, detail: string, cause?: unknown) =>
    new CiError({
      code: 'TAG_CONFLICT',
      kind: 'registry',
      message: `The registry does not let ${ref} be overwritten: ${detail}.`,
      remedy: 'A tag that is out is never moved: release under a new tag (or BUILD_TAG).',
      cause,
    }),

  digestMismatch: (ref: string, actual: string) =>
    new CiError({
      code: 'DIGEST_MISMATCH',
      kind: 'integrity',
      message: `The registry returns bytes for ${ref} whose digest is ${actual}.`,
      remedy: 'The registry, or something before it, changes what it stores: do not release from it.',
    }),

  manifestInvalid: (ref: string, why: string) =>
    new CiError({
      code: 'MANIFEST_INVALID',
      kind: 'integrity',
      message: `The manifest of ${ref} cannot be used: ${why}.`,
      remedy:
        'Look at it (docker buildx imagetools inspect --raw): only images and indexes of images are released.',
    }),

  credsMissing: (where: string, cause?: unknown) =>
    new CiError({
      code: 'CREDS_MISSING',
      kind: 'usage',
      message: `There are no push credentials at ${where}.`,
      remedy:
        'Name a readable file (--credentials, ISTIO_CI_CREDENTIALS), or set REGISTRY_USERNAME and REGISTRY_PASSWORD.',
      cause,
    }),

  credsMalformed: (where: string, why: string) =>
    new CiError({
      code: 'CREDS_MALFORMED',
      kind: 'usage',
      message: `The push credentials in ${where} cannot be used: ${why}.`,
      remedy: 'Give a config.json as "docker login" writes it, or a legacy .dockercfg.',
    }),

  credsNoEntry: (host: string, where: string, keys: readonly string[]) =>
    new CiError({
      code: 'CREDS_NO_ENTRY',
      kind: 'usage',
      message: `The push credentials in ${where} have no entry for ${host}${keys.length === 0 ? '' : `, only for ${list(keys)}`}.`,
      remedy: `Add one (docker login ${host} does), or push to another hub.`,
    }),

  credsHelperFailed: (helper: string, host: string, cause: unknown) =>
    new CiError({
      code: 'CREDS_HELPER_FAILED',
      kind: 'usage',
      message: `The credential helper ${helper} gave nothing for ${host}.`,
      remedy: `Try it: echo ${host} | ${helper} get`,
      cause,
    }),
};
