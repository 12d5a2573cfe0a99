/** A binary that Istio takes from another repository by its git SHA. */
export type BinaryName = 'envoy' | 'ztunnel';

export type Arch = 'amd64' | 'arm64';

/** Which build: `debug` and `alpha` (release) are those of istio/proxy; `release` is ztunnel's only one. */
export type Flavour = 'debug' | 'alpha' | 'release';

/** The era of the place that has the pin: Bazel and Docker lines up to 0.6, `istio.deps` from 0.7 on. */
export type PinEra = '0.3-0.6' | '0.7+' | 'explicit';

/**
 * Where a hash is from: a reviewed lock file (`pinned`), a checksum file on the mirror (`sidecar`), or only
 * the first download (`tofu`: trust on first use).
 */
export const hashSources = ['pinned', 'sidecar', 'tofu'] as const;
export type HashSource = (typeof hashSources)[number];

/** Identifies one build. It is published for several architectures. */
export interface Build {
  readonly name: BinaryName;
  /** The 40 hex digits of the commit in istio/proxy or istio/ztunnel. */
  readonly sha: string;
  readonly flavour: Flavour;
}

/** The architecture of this machine, as Istio names it; undefined if Istio builds nothing for it. */
export const hostArch: Arch | undefined = ({ x64: 'amd64', arm64: 'arm64' } as const)[process.arch as 'x64'];
