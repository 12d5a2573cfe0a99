import { formatBytes } from '@istio-ci/kit';

/** What is wrong with an archive; whoever knows where it came from makes an ENVOY_ARCHIVE of it. */
export class ArchiveFault extends Error {}

/** An error of the unpacking libraries as a fault of the archive; one of our own disk stays what it is. */
export function asFault(error: unknown): unknown {
  if (error instanceof ArchiveFault || !(error instanceof Error) || 'syscall' in error) return error;
  return new ArchiveFault(`it cannot be unpacked (${error.message})`, { cause: error });
}

/** The largest binary that is taken: Envoy's debug build, with its symbols, is the largest known and below it. */
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
