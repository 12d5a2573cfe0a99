import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { Catalogue } from '../src/catalogue.ts';
import type { ImageSpec } from '../src/images.ts';

/**
 * A catalogue of small images in a folder of its own, with a cache of its own; everything goes on disposal.
 */
export interface SmallCatalogue extends Catalogue, AsyncDisposable {
  /** A name that no other test uses. */
  readonly name: string;
  write(path: string, text: string): void;
  /** The catalogue with these images after base and toolchain, which are the real ones. */
  with(...images: ImageSpec[]): Catalogue;
}

export function smallCatalogue(engine: Docker): SmallCatalogue {
  const root = mkdtempSync(join(tmpdir(), 'istio-ci-images-'));
  const name = `test-${randomBytes(4).toString('hex')}`;
  for (const image of ['base', 'toolchain']) {
    cpSync(join(repositoryRoot, 'images', image), join(root, 'images', image), { recursive: true });
  }
  const cacheBefore = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = join(root, 'cache');
  const catalogue: Catalogue = {
    root,
    compiler: 'toolchain',
    images: [
      { name: 'base', ca: 'kept', diskMiB: 300 },
      { name: 'toolchain', from: 'base', diskMiB: 400 },
    ],
    binarySets: [
      {
        name,
        title: 'a small program',
        parts: { '': 'program' },
        packages: './...',
        stamps: () => ({}),
        diskMiB: 100,
      },
    ],
  };
  return {
    ...catalogue,
    name,
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    with: (...images) => ({ ...catalogue, images: [...catalogue.images, ...images] }),
    [Symbol.asyncDispose]: async () => {
      if (cacheBefore === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = cacheBefore;
      rmSync(root, { recursive: true });
      for (const { Id } of await engine.listImages({ filters: { label: [`dev.istio-ci.image=${name}`] } })) {
        await engine.getImage(Id).remove({ force: true });
      }
    },
  };
}

/** Resolves with the container, running or not, whose command line contains `text`, or undefined. */
export async function containerRunning(engine: Docker, text: string) {
  return (await engine.listContainers({ all: true })).find(({ Command }) => Command.includes(text));
}

/** A way to the engine that can be cut: a socket that passes everything on to the real one. */
export function cuttableSocket(path: string): Disposable & { readonly path: string; cut(): void } {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection('/var/run/docker.sock');
    for (const socket of [client, upstream]) open.add(socket.on('error', () => socket.destroy()));
    client.pipe(upstream).pipe(client);
  });
  server.listen(path);
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    path,
    cut,
    [Symbol.dispose]: () => {
      cut();
      server.close();
    },
  };
}
