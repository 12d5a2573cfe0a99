export type { RegistryAccess } from './address.ts';
export { atOnce } from './at-once.ts';
export { getManifest, headManifest, imageFacts, listTags, putManifest } from './client.ts';
export { RegistryConnection } from './connection.ts';
export { copyImage } from './copy.ts';
export {
  anonymous,
  basicAuth,
  type Credential,
  type CredentialSource,
  type Credentials,
  secretsOf,
} from './credentials/credential.ts';
export { keyOfHost } from './credentials/docker-config.ts';
export { credentialSource, loadCredentials } from './credentials/load.ts';
export { registryErrors } from './errors.ts';
export { saysImmutable } from './failures.ts';
export { digestOf, isAttestation, type Manifest, parseManifest, platformName } from './manifest.ts';
export { parseRepository, parseTaggedImage, type Repository, repositoryName } from './reference.ts';
export { TransientError } from './retry.ts';
