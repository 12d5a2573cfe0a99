import { sha256 } from '@istio-ci/kit';

/** What an image tag may be: OCI distribution specification, "Pulling manifests". */
const legalTag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const longest = 128;

/** True when an image registry takes `tag` as it is. */
export function isLegalTag(tag: string): boolean {
  return legalTag.test(tag);
}

/**
 * The image tag for a build tag: the same text if it is a legal image tag. Otherwise each illegal run becomes
 * one dash, followed by a hash of the original, so that `a/b` and `a-b` stay two tags. Jenkins makes a
 * BUILD_TAG with `%2F` from a branch `a/b`.
 */
export function candidateTag(buildTag: string): string {
  if (isLegalTag(buildTag)) return buildTag;
  const hash = sha256(buildTag).slice(0, 8);
  const body = buildTag.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return body === '' ? hash : `${body.slice(0, longest - hash.length - 1)}-${hash}`;
}
