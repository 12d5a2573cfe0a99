import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** The revision that the tiny Envoy reports. */
export const tinySha = '0123456789abcdef0123456789abcdef01234567';

const loadAddress = 0x400000;
const headerBytes = 64 + 56;

/**
 * A real program of some 200 bytes that prints what Envoy prints for `--version`: an ELF file with one
 * segment and two system calls, write and exit. For arm64 only the header differs: no test runs it.
 */
export function tinyEnvoy({
  revision = tinySha,
  arch = 'amd64' as 'amd64' | 'arm64',
  padding = '',
} = {}): Buffer {
  const text = Buffer.from(`\nenvoy  version: ${revision}/1.40.0/Clean/RELEASE/BoringSSL\n\n`);
  const code = Buffer.from([
    ...[0xb8, 1, 0, 0, 0], // mov eax, 1 (write)
    ...[0xbf, 1, 0, 0, 0], // mov edi, 1 (stdout)
    ...[0xbe, 0, 0, 0, 0], // mov esi, text
    ...[0xba, 0, 0, 0, 0], // mov edx, length
    ...[0x0f, 0x05], // syscall
    ...[0xb8, 60, 0, 0, 0], // mov eax, 60 (exit)
    ...[0x31, 0xff], // xor edi, edi
    ...[0x0f, 0x05], // syscall
  ]);
  code.writeUInt32LE(loadAddress + headerBytes + code.length, 11);
  code.writeUInt32LE(text.length, 16);
  const file = Buffer.concat([Buffer.alloc(headerBytes), code, text, Buffer.from(padding)]);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0);
  file.writeUInt16LE(2, 16); // an executable
  file.writeUInt16LE(arch === 'amd64' ? 62 : 183, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(loadAddress + headerBytes), 24); // where it starts
  file.writeBigUInt64LE(64n, 32); // where the segment's header is
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // loaded
  file.writeUInt32LE(5, 68); // readable, executable
  file.writeBigUInt64LE(BigInt(loadAddress), 80);
  file.writeBigUInt64LE(BigInt(loadAddress), 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  return file;
}

export type TarEntry = Partial<Header> & { name: string; content?: Buffer };

/** A tar.gz of these entries, unchecked. */
export async function tarGz(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  // The same bytes each time, so that a seed repeats a run.
  const mtime = new Date(0);
  for (const { content, ...header } of entries)
    archive.entry({ mtime, ...header }, content ?? Buffer.alloc(0));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

/** An archive with the layout of Istio's: folders and the binary. */
export async function envoyArchive(binary: Buffer): Promise<Buffer> {
  return await tarGz([
    { name: './usr/', type: 'directory' },
    { name: './usr/local/', type: 'directory' },
    { name: './usr/local/bin/', type: 'directory' },
    { name: './usr/local/bin/envoy', mode: 0o755, content: binary },
  ]);
}
