export type { CredentialSource } from './credentials/credential.ts';
export { sweepCredentials } from './credentials/lend-credentials.ts';
export { credentialSource } from './credentials/load.ts';
export { candidateTag } from './decision/candidate-tag.ts';
export { type DecideOptions, decideRelease } from './decision/decide-release.ts';
export type { ReleaseChoice, ReleasePlan, TagAtHead } from './decision/plan.ts';
export { assertTreeUnchanged, type TreeState, treeState } from './decision/tree.ts';
export type { TagGrammar } from './decision/version.ts';
export type { RegistryAccess } from './registry/connection.ts';
export { imagesInText } from './release/expected-images.ts';
export {
  checkPushAccess,
  type PushOptions,
  push,
  type ResumeOptions,
  resumableRun,
  resumePush,
} from './release/push.ts';
export type { RunMakePush } from './release/push-images.ts';
export { type Receipt, receiptJsonSchema, receiptSchema } from './release/receipt-schema.ts';
export { type ReleaseStatus, releaseStatus } from './release/status.ts';
export { type Redactor, redactor } from './secrets/redactor.ts';
export { assertNoFindings, type Finding, type ScanTargets, scanForSecrets } from './secrets/scan.ts';
