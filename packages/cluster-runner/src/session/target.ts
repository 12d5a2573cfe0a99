import type { SessionContainer } from '../place/place.ts';

/** A session, which means its cluster, or the id or name of any container. */
export type Target = string | SessionContainer;

/** The container that a target means. */
export function targetContainer(target: Target): SessionContainer {
  return typeof target === 'string' ? { name: target, container: target } : target;
}
