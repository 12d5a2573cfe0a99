import type { Bootstrapper, Operation } from '@istio-ci/kit';
import type { Place } from './place/place.ts';
import type { Limits, Privileges } from './place/plan.ts';

/** A helper container on the session's network, such as a registry. */
export interface ServiceRequest {
  /** Its alias on the session's network. */
  readonly name: string;
  readonly image: string;
  /** TCP ports published on the host, each on a port that the place chooses. */
  readonly ports?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  /** Replaces the command of the image. */
  readonly command?: readonly string[];
}

export interface SessionRequest extends Operation {
  /** Where the session will live. */
  readonly place: Place;
  /** The cluster image. */
  readonly image: string;
  /** The build's name (BUILD_TAG), made into a legal session name; a random one otherwise. */
  readonly name?: string | undefined;
  /** The process whose death ends the session; without one only `down` and the lease do. */
  readonly owner?: number | undefined;
  /** The session ends after this time unless it is renewed; 2 hours by default. */
  readonly leaseSeconds?: number | undefined;
  /** An explicit list of capabilities (the default), or all that `--privileged` gives. */
  readonly privileges?: Privileges | undefined;
  readonly bootstrapper?: Bootstrapper | undefined;
  /** Further names and addresses for the API server's certificate. */
  readonly certSans?: readonly string[] | undefined;
  readonly insecureRegistries?: readonly string[] | undefined;
  readonly registryMirrors?: readonly string[] | undefined;
  /** A PEM file of this machine whose certificates the cluster trusts as well. */
  readonly extraCa?: string | undefined;
  /** The inner engine asks for a client certificate, and listens on 2376 instead of 2375. */
  readonly dockerTls?: boolean | undefined;
  /**
   * Publish the inner engine's plain port on the host's loopback: anyone who reaches it is root in the
   * cluster.
   */
  readonly publishDocker?: boolean | undefined;
  /** Publish what asks for a client certificate on the host's loopback; true by default. */
  readonly publish?: boolean | undefined;
  readonly services?: readonly ServiceRequest[] | undefined;
  /** Images of the place that the session has from the start; they are streamed into its store. */
  readonly images?: readonly string[] | undefined;
  readonly limits?: Limits | undefined;
  /** A failed start leaves everything there to be looked at; the lease still ends it. */
  readonly retainOnFailure?: boolean | undefined;
  /** Where the evidence of a failed start is written. */
  readonly evidenceDir?: string | undefined;
  /** Seconds to wait until ready, 120 by default; ISTIO_CI_TIME_FACTOR multiplies it. */
  readonly readyTimeoutSeconds?: number | undefined;
  /** Take a warm cluster from the pool, if there is one. */
  readonly fromPool?: boolean | undefined;
  /**
   * Boot another cluster for the pool in the background, to replace the one that was taken or was missing.
   */
  readonly refill?: boolean | undefined;
}

export interface SessionService {
  readonly name: string;
  readonly container: string;
  /** Port in the container to port on the host. */
  readonly ports: Readonly<Record<number, number>>;
}

/** Everything that one run owns, as its labels say. */
export interface Session {
  readonly name: string;
  /** The value of the label `dev.istio-ci.id`, which all things of this session carry. */
  readonly id: string;
  readonly network: string;
  readonly container: string;
  readonly image: string;
  /** The release of Kubernetes in the image, `1.37.2`; absent for a foreign image. */
  readonly kubernetes?: string;
  /** Where the API server is reached from the host; absent if nothing is published. */
  readonly apiServer?: { readonly host: string; readonly port: number };
  /** The inner engine, reached from the host, as DOCKER_HOST takes it; absent if it is not published. */
  readonly dockerHost?: string;
  /** True if the inner engine asks for a client certificate: those of `writeDockerCertificates`. */
  readonly dockerTls: boolean;
  readonly services: readonly SessionService[];
  readonly createdAt: Date;
  /** As set at the start; `leaseEnd` knows whether it was renewed. */
  readonly leaseEndsAt?: Date;
  /** The pid whose death ends the session. */
  readonly owner?: number;
}
