import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  cachePath,
  createHttp,
  elfFault,
  elfHeadBytes,
  fileSha256,
  formatBytes,
  hostCa,
  type Operation,
  RunningSha256,
  tick,
} from '@istio-ci/kit';
import { extract } from 'tar-stream';
import { imageErrors } from '../errors.ts';
import type { GivenProgram } from './image.ts';
import { type Kept, type MinikubeProgram, writeKept } from './kept.ts';
import { isUrl, type ProgramSource } from './source.ts';

/** Milliseconds of silence until a download is given up. */
const stallMs = 30_000;

/**
 * Copies or downloads a program into the cache, checks it, and remembers it for the next time. A `.tar.gz`
 * gives its member of that name.
 */
export async function keepProgram(
  name: MinikubeProgram,
  source: ProgramSource,
  operation: Operation,
): Promise<GivenProgram> {
  const archive = cachePath('minikube', `${name}.partial`);
  const program = cachePath('minikube', `${name}.program`);
  try {
    await mkdir(dirname(archive), { recursive: true });
    const actual = await copy(name, source, archive, operation);
    if (source.sha256 !== undefined && actual !== source.sha256) {
      throw imageErrors.programChecksum(name, source.from, source.sha256, actual);
    }
    const packed = (await headOf(archive)).readUInt16BE(0) === 0x1f8b;
    if (packed) await unpack(name, source, archive, program);
    else await rename(archive, program);
    const fault = elfFault(await headOf(program), process.arch === 'arm64' ? 'arm64' : 'amd64');
    if (fault !== undefined) throw imageErrors.programUnusable(name, source.from, fault);
    const sha256 = packed ? await fileSha256(program) : actual;
    const place = cachePath('minikube', `${name}-${sha256.slice(0, 12)}`);
    await rename(program, place);
    const kept: Kept = { name, place, sha256, source };
    await writeKept(kept);
    return kept;
  } finally {
    await Promise.all([archive, program].map((file) => rm(file, { force: true })));
  }
}

/** Writes what the source gives to a file and returns its hash. */
async function copy(
  name: string,
  { from }: ProgramSource,
  to: string,
  { signal, progress }: Operation,
): Promise<string> {
  const hash = new RunningSha256();
  using _ticker = tick(progress, () => `${name}: ${formatBytes(hash.size)}`);
  try {
    const content = isUrl(from) ? await download(from, signal) : createReadStream(from);
    const hashed = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.add(chunk);
        yield chunk;
      }
    };
    await pipeline(content, hashed, createWriteStream(to), { ...(signal ? { signal } : {}) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw imageErrors.programUnavailable(name, from, cause);
  }
  return hash.hex();
}

async function download(url: string, signal: AbortSignal | undefined): Promise<AsyncIterable<Buffer>> {
  const http = createHttp({ stallMs, ca: await hostCa() });
  const answer = await http(url, { signal });
  if (answer.status === 200) return answer;
  answer.discard();
  throw new Error(`HTTP ${answer.status}`);
}

/** Extracts the member with that name, in any folder of the archive. */
async function unpack(name: string, { from }: ProgramSource, archive: string, to: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  reading.catch(() => {}); // The loop below fails too and reports it.
  let found = false;
  try {
    for await (const entry of entries) {
      if (entry.header.type === 'file' && entry.header.name.split('/').at(-1) === name) {
        found = true;
        await pipeline(entry, createWriteStream(to));
      } else entry.resume();
    }
    await reading;
  } catch (cause) {
    throw imageErrors.programUnusable(name, from, 'its archive is broken', cause);
  }
  if (!found) throw imageErrors.programUnusable(name, from, `its archive has no file ${name}`);
}

async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(elfHeadBytes), 0, elfHeadBytes, 0);
  return buffer;
}
