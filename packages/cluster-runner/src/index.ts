export { type CapabilityReason, capabilities, deviceRules, securityOptions } from './create/privileges.ts';
export { dockerRunArguments } from './create/run-arguments.ts';
export { type DoctorRequest, examine } from './doctor/doctor.ts';
export type { Finding, Verdict } from './doctor/finding.ts';
export type { ExecOptions, ExecResult } from './engine/exec.ts';
export { BootError } from './errors.ts';
export { labelsFor } from './labels.ts';
export { sessionName } from './names.ts';
export { type BootTimeline, missingPhases, type NodeStatus } from './node-status.ts';
export { type ClusterSettings, listPool, type PoolEntry } from './pool/entries.ts';
export { type PoolRequest, poolDrain, poolFill } from './pool/fill.ts';
export {
  type ContainerFile,
  type DockerClient,
  dockerClient,
  writeDockerCertificates,
} from './session/docker-client.ts';
export { type DockerSocket, openDockerSocket } from './session/docker-socket.ts';
export { downSession } from './session/down.ts';
export { saveEvidence, withEvidence } from './session/evidence.ts';
export { findSession, hostUrl, listSessions } from './session/find.ts';
export { gcSessions, type RemovedSession } from './session/gc.ts';
export { type Health, sessionHealth, waitUntilTrue } from './session/health.ts';
export { type ImageArchive, loadImages } from './session/images.ts';
export { leaseEnd, renewLease } from './session/lease.ts';
export { type SessionLogRequest, sessionLog } from './session/logs.ts';
export { markFor } from './session/mark.ts';
export {
  attachInSession,
  execInSession,
  sessionKubeconfig,
  sessionStatus,
  type Target,
  type WaitOptions,
  waitForSession,
} from './session/node.ts';
export { type Removed, removeSession } from './session/remove.ts';
export { type Mount, type RunRequest, runInSession } from './session/run-in-session.ts';
export type { StaleReason } from './session/stale.ts';
export type { Limits, ServiceRequest, Session, SessionRequest, SessionService } from './session/types.ts';
export { checkRequest, upSession } from './session/up.ts';
