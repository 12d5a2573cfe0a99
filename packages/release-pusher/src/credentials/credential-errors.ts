import { CiError } from '@istio-ci/kit';
import { counted, integrity, list, usage } from '../error-kinds.ts';

/** The error texts of push credentials and of what must not hold them. */
export const credentialErrors = {
  credsMissing: (where: string, cause?: unknown) =>
    usage(
      'CREDS_MISSING',
      `There are no push credentials at ${where}.`,
      'Name a readable file (--credentials, ISTIO_CI_CREDENTIALS), or set REGISTRY_USERNAME and REGISTRY_PASSWORD.',
      {
        cause,
      },
    ),
  credsInWorkspace: (file: string, root: string) =>
    usage(
      'CREDS_IN_WORKSPACE',
      `The push credentials ${file} are inside the workspace ${root}, where build contexts and archives reach them.`,
      'Keep them elsewhere: in Jenkins a file binding, on a laptop your own ~/.docker.',
    ),
  credsMalformed: (where: string, why: string) =>
    usage(
      'CREDS_MALFORMED',
      `The push credentials in ${where} cannot be used: ${why}.`,
      'Give a config.json as "docker login" writes it, or a legacy .dockercfg.',
    ),
  credsNoEntry: (host: string, where: string, keys: readonly string[]) =>
    usage(
      'CREDS_NO_ENTRY',
      `The push credentials in ${where} have no entry for ${host}${keys.length === 0 ? '' : `, only for ${list(keys)}`}.`,
      `Add one (docker login ${host} does), or push to another hub.`,
    ),
  credsHelperFailed: (helper: string, host: string, cause: unknown) =>
    usage(
      'CREDS_HELPER_FAILED',
      `The credential helper ${helper} gave nothing for ${host}.`,
      `Try it: echo ${host} | ${helper} get`,
      { cause },
    ),
  secretLeaked: (places: readonly string[], failure?: unknown) =>
    integrity(
      'SECRET_LEAKED',
      `A push credential was found in ${counted(places.length, 'place')}: ${list(places)}.`,
      `Revoke it now, remove it from there, and find what wrote it.${failure instanceof CiError ? ` The push itself had failed before: ${failure.remedy}` : ''}`,
      { cause: failure },
    ),
  scanIncomplete: (places: readonly string[]) =>
    integrity(
      'SCAN_INCOMPLETE',
      `Whether a push credential is in ${counted(places.length, 'place')} cannot be told: ${list(places)}.`,
      'Remove them, or let this user read them; then run the push again.',
    ),
};
