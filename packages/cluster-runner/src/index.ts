export { dockerRunArguments } from './by-hand.ts';
export { newLabels } from './create/new-labels.ts';
export { examine } from './doctor/doctor.ts';
export type { Finding } from './doctor/finding.ts';
export { BootError } from './errors.ts';
export { gcSessions } from './guard/gc.ts';
export { labelsFor } from './labels.ts';
export { sessionName } from './names.ts';
export type { BootTimeline, NodeStatus } from './node-status.ts';
export { connectPlace, openPlace } from './place/open.ts';
export type { CommandResult, Place } from './place/place.ts';
export type { Mount } from './place/plan.ts';
export { capabilities, deviceRules, securityOptions } from './place/privileges.ts';
export { listPool } from './pool/entries.ts';
export { poolDrain, poolFill } from './pool/fill.ts';
export { attachInSession } from './session/attach.ts';
export { dockerClient, writeDockerCertificates } from './session/docker-client.ts';
export { openDockerSocket } from './session/docker-socket.ts';
export { downSession } from './session/down.ts';
export { saveEvidence, withEvidence } from './session/evidence.ts';
export { findSession, listSessions } from './session/find.ts';
export { sessionHealth, waitUntilReady } from './session/health.ts';
export { hostUrl } from './session/host-url.ts';
export { type ImageArchive, loadImages } from './session/images.ts';
export { renewLease } from './session/lease.ts';
export { sessionLog } from './session/logs.ts';
export {
  execInSession,
  sessionKubeconfig,
  sessionStatus,
  waitForSession,
} from './session/node.ts';
export { runInSession } from './session/run-in-session.ts';
export type { Session, SessionRequest } from './types.ts';
export { checkRequest, upSession } from './up.ts';
