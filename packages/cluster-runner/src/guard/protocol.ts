import type { ProcessIdentity } from '@istio-ci/kit';

/** What a guard is told at its start, as its one argument. */
export interface GuardOrder {
  /** The session's id label. */
  readonly id: string;
  readonly owner?: ProcessIdentity | undefined;
}

/**
 * The one line of its stdin, once everything is true: from now on the guard watches this container. Where stdin
 * ends without it, the start failed or its process was killed, and everything is removed.
 */
export interface GuardReady {
  readonly container: string;
  /** ISO time; a guard looks again then, in case the lease was renewed. */
  readonly leaseEndsAt?: string | undefined;
  /** The guard's work ends when the container gets another name: a pool's cluster was handed out. */
  readonly name: string;
  /** The container stands by, frozen: thawed without a new name, it was left by a hand-out that died. */
  readonly standsBy: boolean;
}
