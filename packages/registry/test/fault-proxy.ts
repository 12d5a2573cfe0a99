import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './registry-server.ts';

/** What happens to one request. */
export type Fault = 'none' | 'slow' | 'too-many' | 'error' | 'cut-before' | 'cut-after' | 'cut-body';

/** An answer instead of the registry's. */
export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Sent instead of the error as JSON. */
  readonly html?: string;
}

/** Chooses what happens to a request; called once for each, in order. */
export type FaultPlan = (request: {
  readonly method: string;
  readonly path: string;
  readonly number: number;
}) => Fault | Answer | Promise<Fault>;

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  readonly host: string;
  readonly url: URL;
  /** Replaces the plan and restarts the count of requests. */
  use(plan: FaultPlan, afterForward?: (number: number) => void): void;
  /** `METHOD path` of each request since `use`. */
  readonly log: string[];
}

/**
 * A proxy before a real registry that injects faults as its plan says; with `tls`, it is spoken to over
 * HTTPS.
 */
export async function startFaultProxy(
  target: URL,
  tls?: { readonly key: string; readonly certificate: string },
): Promise<FaultProxy> {
  let plan: FaultPlan = () => 'none';
  let after: ((number: number) => void) | undefined;
  const log: string[] = [];
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const number = log.push(`${incoming.method} ${incoming.url}`);
    const fault = plan({ method: incoming.method ?? '', path: incoming.url ?? '', number });
    void serve(target, fault, incoming, outgoing, () => after?.(number));
  };
  const server = tls
    ? createSecureServer({ key: await readFile(tls.key), cert: await readFile(tls.certificate) }, handle)
    : createServer(handle);
  const port = await listen(server);
  return {
    port,
    host: `127.0.0.1:${port}`,
    url: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`),
    log,
    use: (next, afterForward) => {
      plan = next;
      after = afterForward;
      log.length = 0;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const answers: Partial<Record<Fault, Answer>> = {
  error: { status: 503, code: 'UNAVAILABLE', message: 'injected' },
  'too-many': { status: 429, code: 'TOOMANYREQUESTS', message: 'injected' },
};

async function serve(
  target: URL,
  planned: Fault | Answer | Promise<Fault>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  after: () => void,
): Promise<void> {
  const fault = await planned;
  const cut = () => incoming.socket.destroy();
  if (fault === 'cut-before') return void cut();
  const answer = typeof fault === 'object' ? fault : answers[fault];
  if (answer) {
    incoming.resume();
    const { status, html, ...error } = answer;
    outgoing.writeHead(status, {
      'content-type': html === undefined ? 'application/json' : 'text/html',
      ...(status === 429 ? { 'retry-after': '0' } : {}),
    });
    outgoing.end(html ?? JSON.stringify({ errors: [error] }));
    return;
  }
  if (fault === 'slow') await sleep(20);
  const { method, url: path, headers } = incoming;
  const forwarded = request(new URL(path ?? '/', target), { ...(method ? { method } : {}), headers });
  forwarded.on('error', cut);
  forwarded.on('response', (answer) => {
    after();
    if (fault === 'cut-after') return cut();
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    if (fault !== 'cut-body') return void answer.pipe(outgoing);
    outgoing.flushHeaders();
    answer.once('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, chunk.length / 2), () => cut());
    });
    answer.once('end', () => cut());
  });
  incoming.pipe(forwarded);
}
