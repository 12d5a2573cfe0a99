import { credentialErrors } from './credentials/credential-errors.ts';
import { decisionErrors } from './decision/decision-errors.ts';
import { registryErrors } from './registry/registry-errors.ts';
import { pushErrors } from './release/push-errors.ts';

/** Every error text of this package. */
export const releaseErrors = { ...decisionErrors, ...credentialErrors, ...registryErrors, ...pushErrors };
