/** The architectures that our programs are made for. */
export type ElfArch = 'amd64' | 'arm64';

/** The ELF header's `e_machine` of each architecture. */
const machines: Readonly<Record<ElfArch, number>> = { amd64: 62, arm64: 183 };

/** How many bytes `elfFault` needs. */
export const elfHeadBytes = 20;

/** Why these first bytes are not a program for that machine; undefined if they are. */
export function elfFault(head: Buffer, arch: ElfArch): string | undefined {
  if (head.length < elfHeadBytes) return `it has only ${head.length} bytes`;
  if (head.readUInt32BE(0) !== 0x7f454c46) return 'it is not an ELF file';
  if (head[4] !== 2 || head[5] !== 1) return 'it is no 64-bit little-endian ELF file';
  const type = head.readUInt16LE(16);
  if (type !== 2 && type !== 3) return 'it is an ELF file, but no program';
  const machine = head.readUInt16LE(18);
  if (machine === machines[arch]) return undefined;
  const known = Object.entries(machines).find(([, number]) => number === machine)?.[0];
  return `it is for ${known ?? `machine ${machine}`}, not for ${arch}`;
}
