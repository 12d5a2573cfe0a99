import { formatBytes } from '@istio-ci/kit';

/**
 * What is wrong with an archive. The caller knows where it came from and turns this into an ENVOY_ARCHIVE.
 */
export class ArchiveFault extends Error {}

/**
 * Turns an error of the unpacking libraries into a fault of the archive; errors of our own disk stay
 * unchanged.
 */
export function asFault(error: unknown): unknown {
  if (error instanceof ArchiveFault || !(error instanceof Error) || 'syscall' in error) return error;
  return new ArchiveFault(`it cannot be unpacked (${error.message})`, { cause: error });
}

/**
 * The largest binary that is taken: Envoy's debug build, with its symbols, is the largest known and below it.
 */
const maxBinaryBytes = 4 * 1024 ** 3;
/** Envoy packs to a third; deflate can reach a thousandth, which only a bomb does. */
const maxRatio = 100;
/** Below this a ratio says nothing: a tar of little files is mostly zeros. */
const ratioFreeBytes = 16 * 1024 ** 2;

/** Refuses what unpacks to more than an Envoy can be. */
export function checkSize(unpacked: number, packed: number): void {
  if (unpacked > maxBinaryBytes)
    throw new ArchiveFault(`it unpacks to more than ${formatBytes(maxBinaryBytes)}`);
  if (unpacked > ratioFreeBytes && unpacked > packed * maxRatio) {
    throw new ArchiveFault(`${formatBytes(packed)} unpack to more than ${maxRatio} times as much`);
  }
}
