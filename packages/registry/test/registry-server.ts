import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CiError, childEnv, onLines, run } from '@istio-ci/kit';
import type { TokenServer } from './token-server.ts';

export interface RegistryServer extends AsyncDisposable {
  readonly port: number;
  /** The host as an image name has it. */
  readonly host: string;
  readonly url: URL;
}

export interface RegistryServerOptions {
  readonly htpasswd?: { readonly username: string; readonly password: string };
  readonly token?: TokenServer;
  readonly tls?: { readonly key: string; readonly certificate: string };
}

function programMissing(cause: unknown): CiError {
  return new CiError({
    code: 'REGISTRY_PROGRAM_MISSING',
    kind: 'usage',
    message: 'The program docker-registry, htpasswd or openssl is not on this machine.',
    remedy:
      "Install Debian's packages docker-registry, apache2-utils and openssl; istio-ci test does it by itself.",
    cause,
  });
}

/**
 * The registry ends and its folder is removed when its stdin is closed: by us, or by the system when this
 * process ends.
 */
const guarded = `exec 3<&0 4>&2 2>/dev/null
docker-registry serve "$0" 3<&- 2>&4 &
registry=$!
{ cat <&3 >/dev/null; kill $registry; } &
wait $registry
rm -rf "$1"`;

/**
 * Debian's docker-registry on a free port, with its data in a temporary folder; disposing of it removes both.
 * @throws {CiError} REGISTRY_PROGRAM_MISSING
 */
export async function startRegistry(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  await run(['sh', '-c', 'command -v docker-registry && command -v htpasswd && command -v openssl']).catch(
    (cause: unknown) => {
      throw programMissing(cause);
    },
  );
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-registry-'));
  await mkdir(join(folder, 'data'));
  const config = join(folder, 'config.yml');
  await writeFile(config, JSON.stringify(await configuration(folder, options), null, 2));
  const server = spawn('sh', ['-c', guarded, config, folder], {
    env: childEnv(),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  const listening = Promise.withResolvers<number>();
  const lines: string[] = [];
  onLines(server.stderr, (line) => {
    lines.push(line);
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port) listening.resolve(Number(port));
  });
  void ended.then(() => listening.reject(new Error(`docker-registry ended: ${lines.slice(-5).join('\n')}`)));
  const dispose = async () => {
    server.stdin.end();
    await ended;
  };
  const port = await listening.promise.catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  const url = new URL(`${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`);
  return { port, host: url.host, url, [Symbol.asyncDispose]: dispose };
}

/** JSON is YAML, too. */
async function configuration(
  folder: string,
  { htpasswd, token, tls }: RegistryServerOptions,
): Promise<object> {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      relativeurls: true,
      ...(tls ? { tls: { key: tls.key, certificate: tls.certificate } } : {}),
    },
    auth: {
      ...(htpasswd ? { htpasswd: { realm: 'test', path: await htpasswdFile(folder, htpasswd) } } : {}),
      ...(token
        ? {
            token: { realm: token.realm, service: 'test', issuer: 'test', rootcertbundle: token.certificate },
          }
        : {}),
    },
  };
}

async function htpasswdFile(folder: string, { username, password }: { username: string; password: string }) {
  const { stdout } = await run(['htpasswd', '-B', '-n', '-i', username], { input: password });
  const path = join(folder, 'htpasswd');
  await writeFile(path, `${stdout.trim()}\n`);
  return path;
}

/** A key and a certificate for 127.0.0.1 and further host names in `folder`, made by openssl. */
export async function makeCertificate(
  folder: string,
  ...names: string[]
): Promise<{ key: string; certificate: string }> {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  await run([
    ...[
      'openssl',
      'req',
      '-x509',
      '-nodes',
      '-days',
      '2',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
    ],
    ...[
      '-keyout',
      key,
      '-out',
      certificate,
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      ['subjectAltName=IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)].join(','),
    ],
  ]);
  return { key, certificate };
}

/** Waits until a server listens, and returns its port. */
export async function listen(server: import('node:net').Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
