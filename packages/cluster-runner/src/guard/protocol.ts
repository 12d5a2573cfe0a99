import type { ProcessIdentity } from '@istio-ci/kit';

/** The one argument of a guard. */
export interface GuardOrder {
  /** The session's id label. */
  readonly id: string;
  readonly owner?: ProcessIdentity | undefined;
}

/**
 * The one line of its stdin, once the session is ready: from now on the guard watches this container. If
 * stdin ends without it, the start failed or its process was killed, and everything is removed.
 */
export interface GuardReady {
  readonly container: string;
  /** ISO time; a guard looks again then, in case the lease was renewed. */
  readonly leaseEndsAt?: string | undefined;
  /**
   * The name of the session. The guard's work ends when the cluster belongs to another one: it was handed
   * out.
   */
  readonly session: string;
  /**
   * The cluster is warm and frozen. If it is thawed and stays the pool's, the hand-out that thawed it has
   * died.
   */
  readonly warm: boolean;
}
