export { saveBoot, saveEndedBoot } from './boot-state.ts';
export { type BuilderResult, runInBuilder } from './builder.ts';
export {
  type Chain,
  type ChainListener,
  type ChainResult,
  runChain,
  type StageResult,
  upTo,
} from './chain.ts';
export {
  type Bootstrapper,
  type ClusterImageRequest,
  provideClusterImage,
  provideMinikubeImage,
} from './cluster-image.ts';
export { clusterSettingsOf } from './cluster-settings.ts';
export {
  createPipeline,
  outPath,
  type Pipeline,
  type ReleaseWishes,
  type Stage,
  type StageFacts,
} from './context.ts';
export { pipelineErrors } from './errors.ts';
export { gitTop } from './git-top.ts';
export { imagesOf, resolveImage } from './images.ts';
export { junitSuites } from './junit-suites.ts';
export { requireTargets, runStageCommand } from './make.ts';
export { planMakePush, plannedImages, runMakePush } from './make-push.ts';
export type { GivenSources } from './minikube/programs.ts';
export { isIstioSource, placePinned } from './pinned-binary.ts';
export { pushFacts } from './push-facts.ts';
export { type EnvoyState, recordRun } from './record.ts';
export { pushCredentials, registryAccess, resumeAccess, resumeCommand } from './registry.ts';
export { checkPush, releasePlan, requireHub, sourceTree, testedPlan } from './release.ts';
export { requireSession, sessionOf } from './session.ts';
export { runStage, runStageScript } from './stage-script.ts';
export { clearOutput, readState, saveState } from './state.ts';
export { summary } from './summary.ts';
export { factLines, isChatter, namedLine, plainProgress, plainView, silentView, type View } from './view.ts';
export { type Wishes, wishesOf } from './wishes.ts';
export { createWorkspace, type Workspace } from './workspace.ts';
