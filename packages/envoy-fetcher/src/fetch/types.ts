import type { Operation } from '@istio-ci/kit';
import type { Arch, HashSource } from '../pin/build.ts';
import type { EnvoyLock, LockEntry } from '../pin/lock-schema.ts';
import type { EnvoyPin } from '../pin/pin.ts';
import type { Patience } from './retry.ts';
import type { Known, StorePlaces } from './store.ts';

export interface FetchRequest extends Operation {
  readonly pin: EnvoyPin;
  /** The source tree with the pin. Its tags show what to pin instead of a SHA that is not published. */
  readonly root?: string | undefined;
  /** By default the machine this runs on. */
  readonly arch?: Arch | undefined;
  /** Where to fetch from, in order; by default Istio's own places of the pin's era. Forms: `archiveUrl`. */
  readonly mirrors?: readonly string[] | undefined;
  readonly lock?: EnvoyLock | undefined;
  /** The lock file must have an entry. */
  readonly locked?: boolean | undefined;
  /** A PEM file with one more CA to trust. */
  readonly extraCa?: string | undefined;
  readonly store?: string | undefined;
  /** Maps a URL to the one that reaches it from here, for a mirror inside the session's network. */
  readonly resolveUrl?: ((url: string) => string) | undefined;
  readonly patience?: Partial<Patience> | undefined;
}

/** An archive in the store whose bytes were hashed just now. */
export interface FetchedEnvoy {
  readonly pin: EnvoyPin;
  readonly arch: Arch;
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** Its source, without credentials. */
  readonly url: string;
  readonly hashSource: HashSource;
  /** The revision that `--version` must print, according to the lock file. */
  readonly revision?: string;
}

/** All that is decided about a fetch before anything is done. */
export interface FetchPlan {
  readonly build: EnvoyPin;
  readonly arch: Arch;
  /** How progress lines name it. */
  readonly title: string;
  readonly places: StorePlaces;
  readonly mirrors: readonly string[];
  /** Where to ask, in order. */
  readonly urls: readonly string[];
  /** The source tree, for advice. */
  readonly root: string | undefined;
  readonly locked: LockEntry | undefined;
  /** Whether the store's record of the build counts for this request. */
  readonly accepts: (known: Pick<Known, 'url'> & Partial<Known>) => boolean;
  readonly fetched: (path: string, known: Omit<Known, 'hashSource'> & Partial<Known>) => FetchedEnvoy;
}
