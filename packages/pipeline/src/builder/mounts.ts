import type { Mount } from '@istio-ci/cluster-runner';
import { builderCaches, builderCaPath } from './environment.ts';

export interface MountSources {
  /** The top of the workspace's git checkout, so that `git describe` works inside. */
  readonly top: string;
  /** This machine's Go caches. */
  readonly caches: { readonly build: string; readonly modules: string };
  /** This machine's CA bundle, if it has one of its own. */
  readonly ca: string | undefined;
  /** Further paths that the command may read. */
  readonly readOnly?: readonly string[] | undefined;
}

/**
 * Everything on this machine that a builder container sees. Only the workspace and the caches are writable.
 * Pure.
 */
export function builderMounts({ top, caches, ca, readOnly = [] }: MountSources): Mount[] {
  return [
    { source: top, target: top },
    { source: caches.build, target: builderCaches.build },
    { source: caches.modules, target: builderCaches.modules },
    ...(ca === undefined ? [] : [{ source: ca, target: builderCaPath, readOnly: true }]),
    ...readOnly.map((path) => ({ source: path, target: path, readOnly: true })),
  ];
}
