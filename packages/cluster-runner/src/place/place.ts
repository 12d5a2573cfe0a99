import type { Duplex, Readable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import type { BuilderPlan, ContainerFile, SessionPlan } from './plan.ts';

/**
 * Where sessions live: a Docker engine today; a Pod or a Kubernetes namespace can be others.
 *
 * Nine verbs with plain data in and out. A place makes, lists and removes what a plan describes; what a
 * session is, when it is ready and when it is stale is decided above it. All verbs throw `CiError`s of this
 * package (errors.ts), or the reason of an aborted signal. What every place must do is in
 * test/place-contract.ts.
 *
 * There is no verb that writes files: a file that a container needs must be there before it starts, so it is
 * part of the plan.
 */
export interface Place {
  /** For messages. */
  readonly name: string;
  /**
   * True if the place is this machine, judged by its address: then its paths and its loopback are ours too.
   */
  readonly local: boolean;
  /** What is known of the place and its machine. It is judged elsewhere. */
  facts(): Promise<PlaceFacts>;
  /**
   * Makes and starts everything in the plan, and returns without waiting until it is ready. If it fails or is
   * aborted, nothing is left.
   */
  up(plan: SessionPlan, options?: UpOptions): Promise<StartedSession>;
  /** Everything that has our labels, of sessions, warm clusters and what is left of them. */
  list(): Promise<Placed[]>;
  /** Removes everything with this id. What is already gone, or is being removed elsewhere, is no error. */
  down(id: string): Promise<Removed>;
  /** One container, seen from outside. */
  watch(target: SessionContainer): Watch;
  /** Sets the end of the lease to this many seconds from now. */
  renew(target: SessionContainer, seconds: number): Promise<void>;
  /**
   * Runs a command to its end. A non-zero exit is a result. An abort rejects with the signal's reason; it
   * ends a builder, which is removed in every case.
   */
  command(target: CommandTarget, argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** The files in a folder of a container, not of the folders in it; none if there is no such folder. */
  files(target: SessionContainer, folder: string): Promise<ContainerFile[]>;
  /** A connection to the Docker daemon in a cluster, from this machine and with nothing published. */
  dial(target: SessionContainer, to: 'docker'): Promise<Duplex>;
  /** Warm clusters. Without it the place has no pool. */
  readonly standby?: Standby;
  /**
   * The place's own images. Without it the image of a cluster says nothing of itself, and none can be loaded.
   */
  readonly images?: PlaceImages;
}

/** Where a command runs: in a container that runs, or in a new builder. */
type CommandTarget = SessionContainer | { readonly builder: BuilderPlan };

/** A container of a session. */
export interface SessionContainer {
  /** The session's name, for errors. */
  readonly name: string;
  /** The container's id or name. */
  readonly container: string;
}

/** What is known of the place and its machine; an unknown figure is not judged. */
export interface PlaceFacts {
  /** The engine's own name, unless it is Docker's: `Podman Engine`. */
  readonly otherEngine?: string | undefined;
  readonly version: string;
  readonly storageDriver: string;
  /** `1`, `2`, or what an engine without cgroups says. */
  readonly cgroupVersion: string;
  readonly rootless: boolean;
  readonly memoryBytes?: number | undefined;
  /** Memory not in use now; known only if the place is this machine, like the two after it. */
  readonly availableBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
  readonly inotifyInstances?: number | undefined;
  /** Where the data of the place is. */
  readonly dataRoot: string;
  /** How far the place's clock is ahead of this process'. */
  readonly clockAheadMs?: number | undefined;
  /** Everything that the place says of itself, for the evidence. */
  readonly details: unknown;
}

export interface UpOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets each line that the cluster prints, from its start on. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface StartedSession {
  readonly cluster: StartedContainer;
  readonly services: readonly StartedContainer[];
}

export interface StartedContainer {
  /** As in its plan. */
  readonly what: string;
  readonly container: string;
  /** Followed from before its start: a container that ends at once takes its log with it. */
  readonly output: OutputTail;
}

export interface OutputTail {
  /** The last of what the container printed. */
  text(): string;
  /** Resolves when the container has ended, or the connection to its output has. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** One thing that has our labels: a container, or a network or volume if it has no `container`. */
export interface Placed {
  readonly labels: Readonly<Record<string, string>>;
  readonly container?: PlacedContainer;
}

export interface PlacedContainer {
  readonly id: string;
  readonly image: string;
  readonly state: 'created' | 'running' | 'frozen' | 'ended';
  /** The name of its network. */
  readonly network: string;
  /** Its TCP ports that are published, and the port of `host` that each is. */
  readonly ports: Readonly<Record<number, number>>;
  /** Where published ports are reached from here. */
  readonly host: string;
  /** False if `host` is another machine. */
  readonly local: boolean;
}

/** What a removal took away, in numbers. */
export interface Removed {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

/** One container, seen from outside. The place is asked nothing until a member is called. */
export interface Watch {
  /** Its state now; undefined if it is gone. */
  state(): Promise<ContainerState | undefined>;
  /**
   * Its state now and after each change, until it is gone. If the place does not answer, it is asked again.
   */
  changes(signal: AbortSignal): AsyncIterable<ContainerState>;
  /** What it has printed, from its beginning; with `follow` until it ends. */
  output(options?: LogOptions): AsyncIterable<Output>;
}

export interface ContainerState {
  /** The session that the cluster belongs to: another one after a hand-out. Absent if it is no cluster. */
  readonly session?: string | undefined;
  readonly running: boolean;
  readonly frozen: boolean;
  /** ISO time. */
  readonly startedAt: string;
  /** Everything that the place knows of it, without its environment, for the evidence. */
  readonly details: unknown;
}

export interface LogOptions {
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type OutputName = 'stdout' | 'stderr';

export interface Output {
  readonly from: OutputName;
  readonly data: Buffer;
}

export interface CommandOptions {
  /** Written to the command's stdin, which is then closed. Without it stdin is empty. */
  readonly input?: string | Buffer | Readable | undefined;
  readonly onLine?: ((line: string, from: OutputName) => void) | undefined;
  /** Get an output as it comes; it is then not kept in the result. */
  readonly onStdout?: ((data: Buffer) => unknown) | undefined;
  readonly onStderr?: ((data: Buffer) => unknown) | undefined;
  /** Added to the environment of a running container; the whole environment of a builder. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Run on a terminal, with these as its ends; only in a running container. */
  readonly terminal?: { readonly stdin: ReadStream; readonly stdout: WriteStream } | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Clusters that are booted in advance and frozen: they take memory but no processor time. */
export interface Standby {
  freeze(cluster: string): Promise<void>;
  /** Thaws a frozen cluster. True for one of the callers only; false if it is not frozen, or gone. */
  claim(cluster: string): Promise<boolean>;
  /**
   * Makes a claimed cluster that of the plan's session, under the plan's name and labels, and starts the
   * plan's services on its network. If it fails, nothing is left of the cluster.
   */
  handOut(cluster: string, plan: SessionPlan): Promise<StartedSession>;
}

/** The images that the place has itself. */
export interface PlaceImages {
  /** The labels of an image; undefined if it is not there. */
  labels(image: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** The image as an archive. @throws {CiError} IMAGE_MISSING */
  save(image: string): Promise<Readable>;
}
