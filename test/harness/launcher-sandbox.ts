import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { childEnv, repositoryRoot, run } from '@istio-ci/kit';

/** What the stand-in for the CLI prints about how the launcher started it. */
interface Started {
  readonly program: string;
  readonly arguments: string[];
  readonly node: string;
  readonly path: string[];
  readonly cwd: string;
  readonly home: string;
}

export interface LaunchResult {
  readonly exitCode: number;
  /** Empty if the CLI was not started. */
  readonly stdout: string;
  readonly stderr: string;
  started(): Started;
}

/** The programs that the launcher may use everywhere. A sandbox has these, and those that a test adds. */
const programs = [
  'getent',
  'grep',
  'cat',
  'cut',
  'dirname',
  'env',
  'flock',
  'id',
  'mkdir',
  'mv',
  'nohup',
  'readlink',
  'rm',
  'sed',
  'setsid',
  'sh',
  'sha256sum',
  'sleep',
  'tail',
  'uname',
];

/** The real launcher in a small workspace, with its own home, PATH and engine socket. */
export class LauncherSandbox implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'istio-ci launcher-'));
  readonly root = join(this.folder, 'checkout');
  readonly cache = join(this.folder, 'cache/istio-ci');
  readonly bin = join(this.folder, 'bin');
  readonly socket = join(this.folder, 'docker.sock');

  constructor() {
    for (const name of ['packages/cli', 'tools'])
      mkdirSync(join(this.root, name, 'src'), { recursive: true });
    mkdirSync(this.bin);
    for (const program of programs) symlinkSync(which(program), join(this.bin, program));
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    const { packageManager, engines } = manifest;
    this.write(
      'package.json',
      JSON.stringify({ name: 'small', private: true, packageManager, engines }, null, 2),
    );
    this.write('packages/cli/package.json', JSON.stringify({ name: 'cli', private: true, type: 'module' }));
    this.write('pnpm-workspace.yaml', 'packages: [packages/*]\npmOnFail: ignore\n');
    this.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\n  packages/cli: {}\n");
    for (const name of ['packages/cli', 'tools'])
      this.write(
        `${name}/src/main.ts`,
        `const [, , ...args]: string[] = process.argv;
console.log(JSON.stringify({
  program: '${name}', arguments: args, node: process.version, path: process.env.PATH?.split(':'),
  cwd: process.cwd(), home: process.env.HOME }));\n`,
      );
    const launcher = readFileSync(join(repositoryRoot, 'istio-ci'), 'utf8');
    const ours = launcher
      .replace(/^socket=.*$/m, `socket='${this.socket}'`)
      .replace(/^systemd=.*$/m, `systemd='${join(this.folder, 'no-systemd')}'`)
      .replace(/^sbin=.*$/m, `sbin='${this.bin}'`);
    this.write('istio-ci', ours);
    chmodSync(join(this.root, 'istio-ci'), 0o755);
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  /** Puts a program on the PATH: a shell script, or a link to the program of this machine. */
  provide(name: string, script?: string): void {
    rmSync(join(this.bin, name), { force: true });
    if (script === undefined) symlinkSync(which(name), join(this.bin, name));
    else writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Uses the tools of another sandbox, as a second checkout of a user does. */
  shareToolsOf(other: LauncherSandbox): void {
    mkdirSync(this.cache, { recursive: true });
    symlinkSync(join(other.cache, 'tools'), join(this.cache, 'tools'));
  }

  /** Uses its installed dependencies, too. */
  shareSetUpOf(other: LauncherSandbox): void {
    this.shareToolsOf(other);
    cpSync(join(other.root, 'node_modules'), join(this.root, 'node_modules'), { recursive: true });
  }

  async launch(
    args: readonly string[],
    options: { launcher?: string; cwd?: string; path?: string; env?: Record<string, string> } = {},
  ): Promise<LaunchResult> {
    const env = childEnv({
      HOME: join(this.folder, 'home'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      PATH: options.path ?? this.bin,
      ...options.env,
    });
    const okCodes = Array.from({ length: 256 }, (_, code) => code);
    const cwd = options.cwd ?? this.folder;
    const result = await run([options.launcher ?? join(this.root, 'istio-ci'), ...args], {
      cwd,
      env,
      okCodes,
    });
    return { ...result, started: () => JSON.parse(result.stdout) as Started };
  }

  [Symbol.dispose](): void {
    // pnpm goes on closing its store for a moment after it has ended.
    rmSync(this.folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** The PATH of this machine without the tools that a launcher added. */
export const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

function which(program: string): string {
  const found = machinePath
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`this machine has no ${program}`);
  return found;
}
