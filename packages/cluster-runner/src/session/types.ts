import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';

/** A helper container on the session's network: a mirror, a registry. */
export interface ServiceRequest {
  /** Its alias on the session's network. */
  readonly name: string;
  readonly image: string;
  /** TCP ports published on the host, each on a port that the engine chooses. */
  readonly ports?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  /** Run instead of what the image runs. */
  readonly command?: readonly string[];
}

/** What a session may use at most; without a value, all that the machine has. */
export interface Limits {
  readonly memoryBytes?: number;
  readonly cpus?: number;
}

export interface SessionRequest extends Operation {
  readonly engine: Docker;
  /** The cluster image. */
  readonly image: string;
  /** The build's name (BUILD_TAG), made into a legal session name; a random one otherwise. */
  readonly name?: string | undefined;
  /** The pid whose death ends the session; without one only `down` and the lease do. */
  readonly owner?: number | undefined;
  /** The session ends after this time unless it is renewed; 2 hours by default. */
  readonly leaseSeconds?: number | undefined;
  /** An explicit list of capabilities (the default), or all that `--privileged` gives. */
  readonly privileges?: 'capabilities' | 'privileged' | undefined;
  readonly bootstrapper?: 'native' | 'minikube' | undefined;
  /** Further names and addresses for the API server's certificate. */
  readonly certSans?: readonly string[] | undefined;
  readonly insecureRegistries?: readonly string[] | undefined;
  readonly registryMirrors?: readonly string[] | undefined;
  /** A PEM file of this machine whose certificates the cluster trusts as well. */
  readonly extraCa?: string | undefined;
  /** The inner engine asks for a client certificate, and listens on 2376 instead of 2375. */
  readonly dockerTls?: boolean | undefined;
  /** Publish the inner engine's plain port on the host's loopback: who reaches it, is root in the cluster. */
  readonly publishDocker?: boolean | undefined;
  /** Publish what asks for a client certificate on the host's loopback; true by default. */
  readonly publish?: boolean | undefined;
  readonly services?: readonly ServiceRequest[] | undefined;
  /** Images of the outer engine that the session's store is given, streamed. */
  readonly images?: readonly string[] | undefined;
  readonly limits?: Limits | undefined;
  /** A failed start leaves everything there, for someone to look at; the lease still ends it. */
  readonly retainOnFailure?: boolean | undefined;
  /** Where the evidence of a failed start is written. */
  readonly evidenceDir?: string | undefined;
  /** Seconds to wait until everything is true, 120 by default; ISTIO_CI_TIME_FACTOR multiplies it. */
  readonly readyTimeoutSeconds?: number | undefined;
  /** Take a cluster that stands by in the pool, where one does. */
  readonly fromPool?: boolean | undefined;
  /** Boot another one for the pool in the background, in place of the one that was taken or was not there. */
  readonly refill?: boolean | undefined;
}

export interface SessionService {
  readonly name: string;
  readonly container: string;
  /** Port in the container to port on the host. */
  readonly ports: Readonly<Record<number, number>>;
}

/** Everything that one run owns, as its labels tell. */
export interface Session {
  readonly name: string;
  /** The value of the label `dev.istio-ci.id`, which all things of this session carry. */
  readonly id: string;
  readonly network: string;
  readonly container: string;
  readonly image: string;
  /** The release of Kubernetes in the image, `1.37.2`; absent for an image that is none of ours. */
  readonly kubernetes?: string;
  /** Where the API server is reached from the host; absent where nothing is published. */
  readonly apiServer?: { readonly host: string; readonly port: number };
  /** The inner engine, reached from the host, as DOCKER_HOST takes it; absent where it is not published. */
  readonly dockerHost?: string;
  /** True where the inner engine asks for a client certificate: those of `dockerCertificates`. */
  readonly dockerTls: boolean;
  readonly services: readonly SessionService[];
  readonly createdAt: Date;
  /** As set at the start; `sessionStatus` tells a renewed one. */
  readonly leaseEndsAt?: Date;
  /** The pid whose death ends the session. */
  readonly owner?: number;
}
