/** What the registry's answers are reported with. The credential's source is named, never its value. */
export interface Denial {
  readonly host: string;
  readonly repository: string;
  /** Where they are from; undefined where there are none. */
  readonly credential: string | undefined;
  readonly detail: string;
  readonly cause?: unknown;
}

/** The image behind a tag, as a conflict shows it. */
export interface TagHolder {
  readonly digest: string | undefined;
  /** What the engine calls an image that it has and no registry yet. */
  readonly engineId?: string | undefined;
  readonly created?: string | undefined;
  readonly revision?: string | undefined;
}

/** A tag that is taken, and what we would have put there; without a digest where no registry has it yet. */
export interface TagConflict {
  readonly ref: string;
  readonly there: TagHolder;
  readonly ours: TagHolder;
}
