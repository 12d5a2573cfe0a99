/** The labels that everything of ours carries; a session is found by these alone, never by a state file. */
export const label = {
  /** The name the session was started with; one handed out from the pool is named by its container. */
  session: 'dev.istio-ci.session',
  /** Random, made once a session: what a removal goes by, so that it never meets a later session of the same name. */
  id: 'dev.istio-ci.id',
  role: 'dev.istio-ci.role',
  /** The process whose death ends the session, as `formatIdentity` writes it. */
  owner: 'dev.istio-ci.owner',
  /** The process that starts the session: while it lives, what is not complete yet is under construction. */
  creator: 'dev.istio-ci.creator',
  created: 'dev.istio-ci.created',
  /** When the lease ends, unless it was renewed inside the container. */
  leaseEnd: 'dev.istio-ci.lease-end',
  /** Booted for the standby pool; the value stands for its settings. */
  pool: 'dev.istio-ci.pool',
  /** "true": the inner engine asks for a client certificate. */
  dockerTls: 'dev.istio-ci.docker-tls',
  /** A service's alias on the session's network. */
  service: 'dev.istio-ci.service',
} as const;

export type Role = 'cluster' | 'builder' | 'service' | 'network' | 'volume';

/** What all things of one session have in common. */
export interface SessionMark {
  readonly name: string;
  readonly id: string;
  readonly creator: string;
  readonly createdAt: Date;
  readonly owner?: string | undefined;
  readonly leaseEndsAt?: Date | undefined;
  /** Set for a cluster of the pool: what `poolKey` made of its settings. */
  readonly pool?: string | undefined;
}

/** The labels of one thing of a session. */
export function labelsFor(mark: SessionMark, role: Role): Record<string, string> {
  return {
    [label.session]: mark.name,
    [label.id]: mark.id,
    [label.role]: role,
    [label.creator]: mark.creator,
    [label.created]: mark.createdAt.toISOString(),
    ...(mark.owner === undefined ? {} : { [label.owner]: mark.owner }),
    ...(mark.leaseEndsAt === undefined ? {} : { [label.leaseEnd]: mark.leaseEndsAt.toISOString() }),
    ...(mark.pool === undefined ? {} : { [label.pool]: mark.pool }),
  };
}
