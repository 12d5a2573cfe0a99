import type { Denial, TagConflict, TagHolder } from '../error-context.ts';
import { integrity, registry, usage } from '../error-kinds.ts';

const holder = ({ digest, engineId, created, revision }: TagHolder) => {
  const facts = [created && `created ${created}`, revision && `revision ${revision}`].filter(Boolean);
  const image = digest ?? (engineId === undefined ? 'not built yet' : `built, in the engine ${engineId}`);
  return `${image}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
};

const conflict = ({ ref, there, ours }: TagConflict) =>
  `\n  ${ref}\n    there  ${holder(there)}\n    ours   ${holder(ours)}`;

/** The error texts of hubs, registries and what they store. */
export const registryErrors = {
  hubInvalid: (hub: string) =>
    usage(
      'HUB_INVALID',
      `${hub} is no hub.`,
      'Name a registry and a path in lower case, as in quay.io/acme.',
    ),
  insecureRegistry: (host: string, url: string) =>
    usage(
      'REGISTRY_INSECURE',
      `${host} would be spoken to over plain HTTP (${url}).`,
      `Use HTTPS, or list ${host} under cluster.insecureRegistries if it is on a network of your own.`,
    ),
  caUnreadable: (file: string, cause: unknown) =>
    usage(
      'REGISTRY_CA_UNREADABLE',
      `The certificate authorities in ${file} cannot be read.`,
      'Let SSL_CERT_FILE name a PEM file that this user may read, or unset it.',
      { cause },
    ),
  denied: ({ host, repository, credential, detail, cause }: Denial) =>
    registry(
      'PUSH_DENIED',
      `${host} denies push to ${repository} ${credential === undefined ? 'without credentials' : `with the credentials from ${credential}`}: ${detail}.`,
      credential === undefined
        ? `Name credentials for ${host}: --credentials, ISTIO_CI_CREDENTIALS, or REGISTRY_USERNAME and REGISTRY_PASSWORD.`
        : `Check that they are right and that their account may push to ${repository}.`,
      { cause },
    ),
  unavailable: (host: string, what: string, attempts: number, cause: unknown) =>
    registry(
      'PUSH_UNAVAILABLE',
      `${host} did not serve ${what} in ${attempts} attempts.`,
      `When ${host} is well again, run the same command again: what was done is not lost.`,
      { cause },
    ),
  refused: (host: string, what: string, detail: string) =>
    registry(
      'REGISTRY_REFUSED',
      `${host} refuses ${what}: ${detail}.`,
      'It would say the same again: mend what it names.',
    ),
  answerUnreadable: (host: string, what: string, got: string) =>
    registry(
      'REGISTRY_ANSWER',
      `${host} answers the request for ${what} with ${got} that cannot be read.`,
      'Check that the hub names a registry, and what is between: the login page of a proxy answers like that.',
    ),
  tagConflict: (conflicts: readonly TagConflict[]) =>
    registry(
      'TAG_CONFLICT',
      `${conflicts.length === 1 ? 'A tag names' : `${conflicts.length} tags name`} another image already:${conflicts.map(conflict).join('')}`,
      'A tag that is out is never moved: release under a new tag (or BUILD_TAG).',
    ),
  tagImmutable: (ref: string, detail: string, cause?: unknown) =>
    registry(
      'TAG_CONFLICT',
      `The registry does not let ${ref} be overwritten: ${detail}.`,
      'A tag that is out is never moved: release under a new tag (or BUILD_TAG).',
      { cause },
    ),
  digestMismatch: (ref: string, actual: string) =>
    integrity(
      'DIGEST_MISMATCH',
      `The registry gives bytes for ${ref} whose digest is ${actual}.`,
      'The registry, or something before it, changes what it stores: do not release from it.',
    ),
  tagNotOurs: (ref: string, wanted: string, there: string | undefined) =>
    integrity(
      'DIGEST_MISMATCH',
      `${ref} was put on ${wanted}, and the registry has ${there ?? 'nothing'} there.`,
      'Find what else writes this tag, or removes it; then run the same command again.',
    ),
  manifestInvalid: (ref: string, why: string) =>
    integrity(
      'MANIFEST_INVALID',
      `The manifest of ${ref} cannot be used: ${why}.`,
      'Look at it (docker buildx imagetools inspect --raw): only images and indexes of images are released.',
    ),
  indexIncomplete: (ref: string, child: string) =>
    integrity(
      'INDEX_INCOMPLETE',
      `${ref} lists ${child}, which the registry does not have.`,
      'Push all platforms of the image, then release.',
    ),
};
