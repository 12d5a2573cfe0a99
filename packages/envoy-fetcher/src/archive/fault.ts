import { formatBytes } from '@istio-ci/kit';

/** What is wrong with an archive. The caller, which knows its URL, turns this into ENVOY_ARCHIVE. */
export class ArchiveFault extends Error {}

/** Turns an error of the unpacking libraries into a fault of the archive. Other errors stay unchanged. */
export function asFault(error: unknown): unknown {
  if (error instanceof ArchiveFault || !(error instanceof Error) || 'syscall' in error) return error;
  return new ArchiveFault(`it cannot be unpacked (${error.message})`, { cause: error });
}

/** The largest accepted binary. The largest known one, Envoy's debug build with its symbols, is smaller. */
const maxBinaryBytes = 4 * 1024 ** 3;
/** Envoy compresses to a third. Deflate can reach a thousandth, but only a zip bomb does. */
const maxRatio = 100;
/** Below this size the ratio means nothing: a tar of small files is mostly zeros. */
const ratioFreeBytes = 16 * 1024 ** 2;

/** Refuses an archive that unpacks to more than any Envoy. */
export function checkSize(unpacked: number, packed: number): void {
  if (unpacked > maxBinaryBytes)
    throw new ArchiveFault(`it unpacks to more than ${formatBytes(maxBinaryBytes)}`);
  if (unpacked > ratioFreeBytes && unpacked > packed * maxRatio) {
    throw new ArchiveFault(`it unpacks to more than ${maxRatio} times its ${formatBytes(packed)}`);
  }
}
