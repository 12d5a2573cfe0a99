export { type Chain, type ChainResult, runChain, upTo } from './chain.ts';
export {
  type ClusterImageRequest,
  provideClusterImage,
  provideMinikubeImage,
} from './cluster/image.ts';
export { resolveImage } from './cluster/service-images.ts';
export { clusterSettingsOf } from './cluster/settings.ts';
export { createRunContext, outPath, type ReleaseOptions } from './context.ts';
export type { GivenSources } from './minikube/programs.ts';
export { type EnvironmentOptions, optionsFromEnvironment } from './options.ts';
export { recordRun } from './record/record.ts';
export { summary } from './record/summary.ts';
export { resumeAccess, resumeCommand } from './release/registry.ts';
export { checkPush, releasePlan } from './release/release.ts';
export { gitTop } from './source/git-top.ts';
export { createWorkspace, type Workspace } from './source/workspace.ts';
export { chain } from './stages/chain.ts';
export { runStage, runStageScript } from './stages/run-stage.ts';
export { factLines, isChatter, namedLine, plainProgress, plainView, silentView, type View } from './view.ts';
