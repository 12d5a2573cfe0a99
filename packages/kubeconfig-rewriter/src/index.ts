export { type Rewrite, rewriteKubeconfig } from './rewrite.ts';
export { kubeconfigFor, type PublishedSession } from './target.ts';
export { contextName, mergeSession, removeMergedSession, userKubeconfig } from './user-file.ts';
export { updateKubeconfig, writeKubeconfig } from './write.ts';
