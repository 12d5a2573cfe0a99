/** What a session may use at most; without a value, all that the machine has. */
export interface Limits {
  readonly memoryBytes?: number;
  readonly cpus?: number;
}

/** An explicit list of capabilities (privileges.ts), or everything that a privileged container gets. */
export type Privileges = 'capabilities' | 'privileged';

/** A file of a container, by its path there. */
export interface ContainerFile {
  readonly path: string;
  readonly content: Buffer;
}

/** A container that is on the network of a session. */
export interface ContainerPlan {
  /** A noun for errors, as in "the engine could not start the cluster". */
  readonly what: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Its name on the network. */
  readonly alias: string;
  /** TCP ports that are reached from outside the place's network too. */
  readonly ports: readonly number[];
}

/** The container of the cluster. */
export interface ClusterPlan extends ContainerPlan {
  readonly privileges: Privileges;
  /** Ports that only this machine may reach. A place on another machine does not publish them. */
  readonly localPorts: readonly number[];
  /**
   * Folders that must not be on the container's layered file system; their content is gone with the
   * container.
   */
  readonly dataPaths: readonly string[];
  /** The labels of what holds the data. */
  readonly dataLabels: Readonly<Record<string, string>>;
  readonly limits: Limits;
  /** Files that are there before it starts, readable by all. */
  readonly files: readonly ContainerFile[];
}

/** A helper container, such as a registry. */
export interface ServicePlan extends ContainerPlan {
  /** Replaces the command of the image. */
  readonly command?: readonly string[] | undefined;
}

/**
 * Everything that a session consists of. Plain data: a pure function makes it, and a place carries it out.
 */
export interface SessionPlan {
  /** The name of the session. */
  readonly session: string;
  /** The value of the label `dev.istio-ci.id`, which everything of this session has. */
  readonly id: string;
  readonly network: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly cluster: ClusterPlan;
  readonly services: readonly ServicePlan[];
}

/** A folder or file of the place's machine that a builder sees. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

/** A new container on the session's network that runs one command and goes with it. */
export interface BuilderPlan {
  /** The name of the session. */
  readonly session: string;
  readonly network: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `UID:GID`; the image's own by default. */
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly mounts: readonly Mount[];
  /** Files that are there before it starts, readable by its user alone. */
  readonly files: readonly ContainerFile[];
}
