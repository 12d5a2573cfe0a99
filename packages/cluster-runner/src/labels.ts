/** The labels of everything that we make. A session is found by these alone; there is no state file. */
export const label = {
  /** The name of the session. */
  session: 'dev.istio-ci.session',
  /** Random, made once for a session: a removal by id never hits a later session of the same name. */
  id: 'dev.istio-ci.id',
  role: 'dev.istio-ci.role',
  /** The process whose death ends the session, as `formatIdentity` writes it. */
  owner: 'dev.istio-ci.owner',
  /** The process that starts the session: while it lives, an incomplete session is still being made. */
  creator: 'dev.istio-ci.creator',
  created: 'dev.istio-ci.created',
  /** When the lease ends, unless it was renewed inside the container. */
  leaseEnd: 'dev.istio-ci.lease-end',
  /** Booted for the pool of warm clusters; the value is the hash of its settings. */
  pool: 'dev.istio-ci.pool',
  /** "true": the inner engine asks for a client certificate. */
  dockerTls: 'dev.istio-ci.docker-tls',
  /** A service's alias on the session's network. */
  service: 'dev.istio-ci.service',
} as const;

export type Role = 'cluster' | 'builder' | 'service' | 'network' | 'volume';

/** The labels that everything of one session has. */
export interface SessionLabels {
  readonly name: string;
  readonly id: string;
  readonly creator: string;
  readonly createdAt: Date;
  readonly owner?: string | undefined;
  readonly leaseEndsAt?: Date | undefined;
  /** Set for a warm cluster of the pool: what `poolKey` made of its settings. */
  readonly pool?: string | undefined;
}

/** The labels of one container, network or volume of a session. */
export function labelsFor(session: SessionLabels, role: Role): Record<string, string> {
  return {
    [label.session]: session.name,
    [label.id]: session.id,
    [label.role]: role,
    [label.creator]: session.creator,
    [label.created]: session.createdAt.toISOString(),
    ...(session.owner === undefined ? {} : { [label.owner]: session.owner }),
    ...(session.leaseEndsAt === undefined ? {} : { [label.leaseEnd]: session.leaseEndsAt.toISOString() }),
    ...(session.pool === undefined ? {} : { [label.pool]: session.pool }),
  };
}
