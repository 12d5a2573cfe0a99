export { mergeKubeconfig, nameKubeconfig, removeFromKubeconfig } from './merge.ts';
export { type Rewrite, rewriteKubeconfig } from './rewrite.ts';
export { kubeconfigFor, type PublishedSession } from './target.ts';
export { updateKubeconfig, writeKubeconfig } from './write.ts';
