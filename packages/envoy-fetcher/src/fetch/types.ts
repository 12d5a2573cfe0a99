import type { Operation } from '@istio-ci/kit';
import type { Arch, HashSource } from '../pin/build.ts';
import type { EnvoyLock, LockEntry } from '../pin/lock-schema.ts';
import type { EnvoyPin } from '../pin/pin.ts';
import type { Patience } from './retry.ts';
import type { Known, StorePlaces } from './store.ts';

export interface FetchRequest extends Operation {
  readonly pin: EnvoyPin;
  /** The source tree. If the pin is not published, its git tags are searched for one that is. */
  readonly root?: string | undefined;
  /** By default that of this machine. */
  readonly arch?: Arch | undefined;
  /** Where to fetch from, in order, in the forms of `archiveUrl`; by default Istio's own mirrors. */
  readonly mirrors?: readonly string[] | undefined;
  readonly lock?: EnvoyLock | undefined;
  /** Whether the lock file must have an entry. */
  readonly locked?: boolean | undefined;
  /** A PEM file with CAs to trust in addition. */
  readonly extraCa?: string | undefined;
  readonly store?: string | undefined;
  /** Maps a URL to one that this process can reach, for a mirror inside the session's network. */
  readonly resolveUrl?: ((url: string) => string) | undefined;
  readonly patience?: Partial<Patience> | undefined;
}

/** An archive in the store. Its bytes were hashed during the call that returned it. */
export interface FetchedEnvoy {
  readonly pin: EnvoyPin;
  readonly arch: Arch;
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** Where it came from, without credentials. */
  readonly url: string;
  readonly hashSource: HashSource;
  /** The revision that `--version` must print, if the lock file has one. */
  readonly revision?: string;
}

/** What is decided about a fetch before it starts. */
export interface FetchPlan {
  readonly build: EnvoyPin;
  readonly arch: Arch;
  /** The start of the progress lines. */
  readonly title: string;
  readonly places: StorePlaces;
  readonly mirrors: readonly string[];
  /** The archive's URL on each mirror, in order. */
  readonly urls: readonly string[];
  /** The source tree, for the advice on what to pin instead. */
  readonly root: string | undefined;
  readonly locked: LockEntry | undefined;
  /** Whether the store's record of the build counts for this request. */
  readonly accepts: (known: Pick<Known, 'url'> & Partial<Known>) => boolean;
  readonly fetched: (path: string, known: Omit<Known, 'hashSource'> & Partial<Known>) => FetchedEnvoy;
}
