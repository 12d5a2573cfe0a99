import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '@istio-ci/kit';

/** One way to serve a file wrongly. Positions are relative to the start of the requested range. */
export type Lie =
  /** The connection ends before any answer. */
  | { kind: 'drop' }
  /** The answer is not HTTP. */
  | { kind: 'garbage' }
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** The right length is announced, and the connection ends after `at` bytes. */
  | { kind: 'cut'; at: number }
  /** No length is announced, and the body ends after `at` bytes as if it were complete. */
  | { kind: 'short'; at: number }
  /** The announced length differs from that of the body by `off`. */
  | { kind: 'length'; off: number }
  /** After `at` bytes nothing more is sent, but the connection stays open. */
  | { kind: 'stall'; at: number }
  /** The body is sent in this many pieces, with a pause after each. */
  | { kind: 'slow'; pieces: number; pauseMs: number }
  /** One bit of the byte at `at` is flipped. */
  | { kind: 'flip'; at: number }
  /** Status 200 with another body. */
  | { kind: 'instead'; body: Buffer }
  /** The header says that the body is compressed once more; it is not. */
  | { kind: 'encoding' }
  | { kind: 'redirect'; to: string; status?: number }
  /** A wrong answer to a range: other bytes than stated, another range, the whole file as 206, or 416. */
  | { kind: 'range'; how: 'shifted' | 'other' | 'whole' | 'unsatisfiable' }
  /** The connection ends after `at` bytes, and then the file changes: its rest must not be appended. */
  | { kind: 'swap'; at: number; body: Buffer };

export interface LyingServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  /** The files to serve, by path. */
  readonly files: Map<string, Buffer>;
  /** The lies for the next requests to a path, in order. After them the server is honest. */
  readonly lies: Map<string, Lie[]>;
  /** Every request, as `<path> <range>`. */
  readonly requests: string[];
}

/** Starts a server on loopback that lies as planned in `lies`. */
export async function startLyingServer(): Promise<LyingServer> {
  const files = new Map<string, Buffer>();
  const lies = new Map<string, Lie[]>();
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    requests.push(`${path} ${request.headers.range ?? ''}`.trim());
    const file = files.get(path);
    if (!file) return void response.writeHead(404).end('<Code>NoSuchKey</Code>');
    const lie = lies.get(path)?.shift();
    if (lie?.kind === 'swap') files.set(path, lie.body);
    await serve(request, response, file, lie);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    lies,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  file: Buffer,
  lie: Lie | undefined,
): Promise<void> {
  const etag = `"${sha256(file)}"`;
  const from = rangeOf(request, file, etag);
  const part = file.subarray(from);
  const head: Record<string, string | number> = { etag, 'content-length': part.length };
  if (from > 0) head['content-range'] = `bytes ${from}-${file.length - 1}/${file.length}`;
  const status = from > 0 ? 206 : 200;
  const { socket } = response;
  switch (lie?.kind) {
    case undefined:
      return void response.writeHead(status, head).end(part);
    case 'drop':
      return void socket?.destroy();
    case 'garbage':
      return void socket?.end('220 mail.example.com ESMTP\r\n');
    case 'status':
      return void response.writeHead(lie.status, lie.headers).end(lie.body);
    case 'cut':
    case 'swap':
      return sendAndCut(response.writeHead(status, head), part.subarray(0, lie.at));
    case 'short':
      // Without a length and without chunks, the end of the connection ends the body.
      response.useChunkedEncodingByDefault = false;
      delete head['content-length'];
      return void response.writeHead(status, { ...head, connection: 'close' }).end(part.subarray(0, lie.at));
    case 'length':
      return sendAndCut(
        response.writeHead(status, { ...head, 'content-length': part.length + lie.off }),
        part,
      );
    case 'stall':
      return void response.writeHead(status, head).write(part.subarray(0, lie.at));
    case 'slow':
      response.writeHead(status, head);
      return sendSlowly(response, part, lie.pieces, lie.pauseMs);
    case 'flip':
      return void response.writeHead(status, head).end(flipped(part, lie.at));
    case 'instead':
      return void response.writeHead(200, { 'content-length': lie.body.length }).end(lie.body);
    case 'encoding':
      return void response.writeHead(status, { ...head, 'content-encoding': 'gzip' }).end(part);
    case 'redirect':
      return void response.writeHead(lie.status ?? 302, { location: lie.to }).end();
    case 'range':
      return from === 0
        ? void response.writeHead(status, head).end(part)
        : void wrongRange(response, file, from, head, lie.how);
  }
}

function rangeOf(request: IncomingMessage, file: Buffer, etag: string): number {
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const same = request.headers['if-range'] === etag;
  return from !== undefined && same && Number(from) < file.length ? Number(from) : 0;
}

function wrongRange(
  response: ServerResponse,
  file: Buffer,
  from: number,
  head: Record<string, string | number>,
  how: 'shifted' | 'other' | 'whole' | 'unsatisfiable',
): void {
  if (how === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
  } else if (how === 'whole') {
    response.writeHead(206, { ...head, 'content-length': file.length }).end(file);
  } else if (how === 'other') {
    const range = `bytes ${from - 1}-${file.length - 1}/${file.length}`;
    const body = file.subarray(from - 1);
    response.writeHead(206, { ...head, 'content-length': body.length, 'content-range': range }).end(body);
  } else {
    const body = Buffer.concat([file.subarray(from - 1, -1)]);
    response.writeHead(206, head).end(body);
  }
}

function sendAndCut(response: ServerResponse, body: Buffer): void {
  response.write(body);
  response.socket?.destroySoon();
}

async function sendSlowly(
  response: ServerResponse,
  body: Buffer,
  pieces: number,
  pauseMs: number,
): Promise<void> {
  const size = Math.max(1, Math.ceil(body.length / pieces));
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    response.write(body.subarray(at, at + size));
    await delay(pauseMs);
  }
  response.end();
}

/** A copy with one bit flipped. */
export function flipped(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  const index = at % Math.max(1, copy.length);
  if (copy.length > 0) copy[index] = (copy[index] ?? 0) ^ 0x10;
  return copy;
}
