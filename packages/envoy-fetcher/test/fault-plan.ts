import { flipped, type Lie } from './lying-server.ts';
import type { Random } from './random.ts';
import { tinySha } from './tiny-envoy.ts';

/** Files that a fault may serve in place of the right ones. */
export interface Decoys {
  readonly archive: Buffer;
  /** A well-formed archive, but not the pinned one. */
  readonly other: Buffer;
  /** Small to send, large to unpack. */
  readonly bomb: Buffer;
  /** An archive with a binary for another architecture. */
  readonly foreign: Buffer;
  /** An archive with a link in place of the binary. */
  readonly link: Buffer;
}

/** Where the expected hash is from. */
export type HashMode = 'lock' | 'sidecar' | 'tofu';

/** How one step of a run is disturbed, in addition to the server's lies. */
export type Disturbance =
  | { kind: 'none' }
  | { kind: 'abort'; afterMs: number }
  | { kind: 'kill'; afterMs: number }
  | { kind: 'rot'; at: number }
  | { kind: 'torn part'; bytes: number };

export interface Step {
  /** For each mirror, how it lies about the archive and about the checksum file. */
  readonly mirrors: readonly { readonly archive: readonly Lie[]; readonly checksum: readonly Lie[] }[];
  readonly disturbance: Disturbance;
}

export interface RunPlan {
  readonly mode: HashMode;
  /** What is at the target before the run. */
  readonly before: 'nothing' | 'a file' | 'a link';
  readonly mirrors: number;
  readonly steps: readonly Step[];
}

/** Plans a run from its random numbers alone. `kills` is the share of steps that kill a real process. */
export function planRun(random: Random, decoys: Decoys, kills: number): RunPlan {
  const mode = random.pick(['lock', 'sidecar', 'sidecar', 'tofu'] as const);
  const mirrors = 1 + random.below(3);
  const steps = Array.from({ length: 1 + random.below(2) }, () => ({
    mirrors: Array.from({ length: mirrors }, () => ({
      archive: Array.from({ length: random.below(4) }, () => archiveLie(random, decoys, mode)),
      checksum: random.chance(0.3) ? [checksumLie(random, mode)] : [],
    })),
    disturbance: disturbanceOf(random, decoys, kills),
  }));
  return { mode, before: random.pick(['nothing', 'a file', 'a link'] as const), mirrors, steps };
}

function disturbanceOf(random: Random, { archive }: Decoys, kills: number): Disturbance {
  if (random.chance(kills)) return { kind: 'kill', afterMs: 60 + random.below(240) };
  if (random.chance(0.15)) return { kind: 'abort', afterMs: random.below(30) };
  if (random.chance(0.1)) return { kind: 'rot', at: random.below(archive.length) };
  if (random.chance(0.1)) return { kind: 'torn part', bytes: random.below(archive.length + 10) };
  return { kind: 'none' };
}

function archiveLie(random: Random, decoys: Decoys, mode: HashMode): Lie {
  const at = random.below(decoys.archive.length + 1);
  const common: readonly Lie[] = [
    { kind: 'drop' },
    { kind: 'garbage' },
    { kind: 'status', status: random.pick([400, 403, 404, 408, 410, 429, 500, 502, 503, 504]) },
    {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': random.pick(['0', 'soon', '-1', '99999', 'Thu, 01 Jan 1970 00:00:00 GMT']) },
    },
    { kind: 'status', status: 200, body: '' },
    { kind: 'status', status: 204 },
    { kind: 'status', status: 206, headers: { 'content-range': 'bytes 0-9/10' }, body: '0123456789' },
    { kind: 'cut', at },
    { kind: 'cut', at },
    { kind: 'short', at },
    { kind: 'length', off: random.pick([-50, -1, 1, 50]) },
    { kind: 'stall', at },
    { kind: 'slow', pieces: 1 + random.below(8), pauseMs: 1 },
    { kind: 'flip', at },
    { kind: 'instead', body: Buffer.from('<!DOCTYPE html><html>sign in</html>') },
    { kind: 'instead', body: Buffer.from('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>') },
    { kind: 'instead', body: Buffer.alloc(0) },
    { kind: 'instead', body: decoys.bomb },
    { kind: 'instead', body: decoys.foreign },
    { kind: 'instead', body: decoys.link },
    { kind: 'encoding' },
    {
      kind: 'redirect',
      to: random.pick(['/nowhere', 'file:///etc/hostname', 'http://127.0.0.1:1/x', '?again']),
    },
    { kind: 'range', how: random.pick(['shifted', 'other', 'whole', 'unsatisfiable'] as const) },
  ];
  // Without a hash, a well-formed but different archive is accepted: that is what tofu means.
  const joined: readonly Lie[] =
    mode === 'tofu'
      ? []
      : [
          { kind: 'instead', body: decoys.other },
          { kind: 'instead', body: flipped(decoys.other, at) },
        ];
  return random.pick([...common, ...joined]);
}

function checksumLie(random: Random, mode: HashMode): Lie {
  const lies: readonly Lie[] = [
    { kind: 'drop' },
    { kind: 'status', status: random.pick([429, 500, 503]) },
    { kind: 'cut', at: random.below(60) },
    { kind: 'stall', at: random.below(60) },
    { kind: 'instead', body: Buffer.from('<html></html>') },
    { kind: 'instead', body: Buffer.from('not a hash') },
    { kind: 'instead', body: Buffer.alloc(0) },
    { kind: 'instead', body: Buffer.from('e'.repeat(64)) },
    { kind: 'instead', body: Buffer.from(tinySha) },
  ];
  // A 404 cannot be recognised as a lie: it turns the fetch into tofu.
  return mode === 'tofu' ? { kind: 'status', status: 404 } : random.pick(lies);
}
