export { type Bootstrapper, bootstrappers, defaultBootstrapper } from './bootstrappers.ts';
export { checkoutFiles } from './checkout-files.ts';
export { elfFault, elfHeadBytes } from './elf.ts';
export { isConflict, isNotFound } from './engine-answer.ts';
export { type EngineMessage, EngineStreamError, followEngineStream } from './engine-stream.ts';
export { booleanVariable, childEnv, yesOrNo } from './environment.ts';
export { CiError, causesOf, type ErrorText, type ExitKind, exitCodes, messageOf } from './errors.ts';
export { tryFileLock, withFileLock } from './file-lock.ts';
export { freeBytes } from './free-space.ts';
export { syncFolder } from './fsync.ts';
export { type Git, GitFailure, nulFields, openGit } from './git.ts';
export { fileSha256, RunningSha256, sha256 } from './hash.ts';
export { goSettings, hostCa, hostCaBundle, proxySettings, readCaBundle } from './host-network.ts';
export { createHttp, type Http } from './http/client.ts';
export { NetworkError } from './http/network-error.ts';
export type { HttpResponse } from './http/response.ts';
export { parseRetryAfter, retryDelay } from './http/retry.ts';
export { defaultKubernetes, type KubernetesMinor, kubernetesLabel, kubernetesMinors } from './kubernetes.ts';
export { onLines } from './lines.ts';
export { cachePath, repositoryRoot } from './paths.ts';
export {
  formatIdentity,
  hasEnded,
  identityOf,
  isRunning,
  type ProcessFacts,
  type ProcessIdentity,
  parseIdentity,
  processKey,
  readProcess,
} from './process-identity.ts';
export {
  describeError,
  type ErrorRecord,
  errorToJson,
  Interrupted,
  type ProgramContext,
  runProgram,
} from './program.ts';
export { formatBytes, formatSeconds, type Operation, type Progress, tick } from './progress.ts';
export { CommandError, type RunOptions, type RunResult, run } from './run.ts';
export { shellQuote } from './shell.ts';
