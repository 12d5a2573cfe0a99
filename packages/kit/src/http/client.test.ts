import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from './client.ts';

const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyText(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request)).toString();
}

const http = createHttp({ stallMs: 200 });

describe('an answer', () => {
  it('is returned whatever its status is', async () => {
    const base = await serve((_, response) => response.writeHead(404, { 'x-a': ['1', '2'] }).end('none'));
    const answer = await http(base);
    expect([answer.status, answer.ok, answer.header('x-a'), await answer.text()]).toEqual([
      404,
      false,
      '1, 2',
      'none',
    ]);
  });

  it('has the bytes as they were sent, packed or not', async () => {
    const base = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    );
    expect(await (await http(base)).text()).toBe('x');
  });

  it('gives the bytes that came before the connection broke, then says so', async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
      setTimeout(() => response.destroy(), 20);
    });
    const chunks: Buffer[] = [];
    const read = async () => {
      for await (const chunk of await http(base)) chunks.push(chunk);
    };
    await expect(read()).rejects.toMatchObject({ name: 'NetworkError', permanent: false });
    expect(Buffer.concat(chunks).toString()).toBe('12345');
  });

  it('keeps what came until it is read, though the connection has broken meanwhile', async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
      response.socket?.destroySoon();
    });
    const answer = await http(base);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const chunks: Buffer[] = [];
    const read = async () => {
      for await (const chunk of answer) chunks.push(chunk);
    };
    await expect(read()).rejects.toMatchObject({ name: 'NetworkError' });
    expect(Buffer.concat(chunks).toString()).toBe('12345');
  });

  it('may break off after it was discarded', async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
      setTimeout(() => response.destroy(), 20);
    });
    (await http(base)).discard();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});

describe('a request', () => {
  it('sends a body of known length, or piece by piece', async () => {
    const seen: unknown[] = [];
    const base = await serve(async (request, response) => {
      seen.push([request.headers['content-length'], await bodyText(request)]);
      response.end();
    });
    const pieces = async function* () {
      yield Buffer.from('ab');
      yield Buffer.from('c');
    };
    for (const body of [Buffer.from('abc'), 'abc', pieces()])
      (await http(base, { method: 'PUT', body })).discard();
    expect(seen).toEqual([
      ['3', 'abc'],
      ['3', 'abc'],
      [undefined, 'abc'],
    ]);
  });

  it('logs in with the name and password of its URL', async () => {
    const base = await serve((request, response) => response.end(request.headers.authorization));
    const answer = await http(base.replace('//', '//us%40er:pass@'));
    expect(await answer.text()).toBe(`Basic ${Buffer.from('us@er:pass').toString('base64')}`);
  });

  it('fails after silence, before the answer and within it', async () => {
    const mute = await serve(() => {});
    await expect(http(mute)).rejects.toMatchObject({ message: 'silent for 0.2 s', permanent: false });
    const stuck = await serve((_, response) => response.writeHead(200).write('x'));
    await expect((await http(stuck)).text()).rejects.toThrow('silent for 0.2 s');
  });

  it('fails when its time is over, though bytes still come', async () => {
    const base = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    await expect(http(base, { timeoutMs: 100 }).then((answer) => answer.text())).rejects.toMatchObject({
      name: 'NetworkError',
      message: expect.stringContaining('timeout'),
    });
  });

  it("throws the caller's own reason when it is aborted", async () => {
    const base = await serve((_, response) => response.writeHead(200).write('x'));
    const stop = new AbortController();
    const answer = await http(base, { signal: stop.signal });
    stop.abort(new Error('stopped by hand'));
    await expect(answer.text()).rejects.toThrow('stopped by hand');
    await expect(http(base, { signal: stop.signal })).rejects.toThrow('stopped by hand');
  });

  it('may be tried again after a refused connection', async () => {
    await expect(http('http://127.0.0.1:1')).rejects.toMatchObject({
      permanent: false,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('reaches a URL elsewhere, and knows it by its own name', async () => {
    const base = await serve((request, response) =>
      request.url === '/b' ? response.end('here') : response.writeHead(302, { location: '/b' }).end(),
    );
    const resolveUrl = (url: string) => url.replace('http://mirror.internal', base);
    const answer = await createHttp({ stallMs: 200, resolveUrl })('http://mirror.internal/a');
    expect([answer.url.href, await answer.text()]).toEqual(['http://mirror.internal/b', 'here']);
  });
});

describe('a redirect', () => {
  it('takes the credentials along on the same origin alone', async () => {
    const echo = await serve((request, response) => response.end(request.headers.authorization ?? 'none'));
    const base = await serve((request, response) => {
      if (request.url === '/same') return response.end(request.headers.authorization);
      return response.writeHead(307, { location: request.url === '/' ? '/same' : echo }).end();
    });
    const headers = { authorization: 'Bearer x' };
    expect(await (await http(base, { headers })).text()).toBe('Bearer x');
    expect(await (await http(`${base}/other`, { headers })).text()).toBe('none');
  });

  it('is followed five times', async () => {
    const base = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    await expect(http(base)).rejects.toMatchObject({ message: 'more than 5 redirects', permanent: true });
  });
});
