import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LauncherSandbox, machinePath } from './harness/launcher-sandbox.ts';

/** A sandbox with Node and pnpm from the package registry, installed by the launcher in `beforeAll`. */
let equipped: LauncherSandbox;
let firstRun: Awaited<ReturnType<LauncherSandbox['launch']>>;

beforeAll(async () => {
  equipped = new LauncherSandbox();
  firstRun = await equipped.launch(['status', "it's", '', '$HOME *'], { path: machinePath });
}, 300_000);

afterAll(() => equipped[Symbol.dispose]());

describe('the launcher, on a machine without Node 24 or pnpm', () => {
  it('installs them, then the dependencies, and starts the CLI with unchanged arguments', () => {
    expect(firstRun.stderr).toMatch(/^istio-ci: installing .*pnpm@\S+ with npm in .*\n/);
    expect(firstRun.stderr).toMatch(/^istio-ci: installing the dependencies with pnpm in .*$/m);
    expect(firstRun.exitCode).toBe(0);
    expect(firstRun.started().arguments).toEqual(['status', "it's", '', '$HOME *']);
    expect(firstRun.started().node).toMatch(/^v24\./);
  });

  it('puts its tools first on the PATH', () => {
    const [first = ''] = firstRun.started().path;
    expect(first.startsWith(join(equipped.cache, 'tools'))).toBe(true);
    expect(readdirSync(first)).toContain('pnpm');
  });

  it('installs nothing again', async () => {
    const again = await equipped.launch(['status'], { path: machinePath });
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('fails with a remedy if npm cannot install, and keeps no partial installation', async () => {
    using sandbox = new LauncherSandbox();
    sandbox.provide('npm', 'echo no registry >&2; exit 1');
    const result = await sandbox.launch(['status']);
    expect(result).toMatchObject({ exitCode: 4, stdout: '' });
    expect(result.stderr).toContain('no registry\nerror TOOLS_UNAVAILABLE: ');
    expect(result.stderr).toContain('\n  remedy:  ');
    expect(readdirSync(join(sandbox.cache, 'tools')).filter((name) => !name.endsWith('.partial'))).toEqual(
      [],
    );
  });

  it('asks for root if npm is missing, too', async () => {
    using sandbox = new LauncherSandbox();
    sandbox.provide('id', 'echo 1000');
    const result = await sandbox.launch(['status']);
    expect(result).toMatchObject({ exitCode: 4, stdout: '' });
    expect(result.stderr).toContain('error NPM_MISSING: ');
  });
});

describe('the launcher, with its tools installed', () => {
  let sandbox: LauncherSandbox;

  beforeEach(() => {
    sandbox = new LauncherSandbox();
    sandbox.shareToolsOf(equipped);
  });

  afterEach(() => sandbox[Symbol.dispose]());

  it('runs through a link, from any folder, which stays the current one', async () => {
    const link = join(sandbox.folder, 'a link');
    symlinkSync(join(sandbox.root, 'istio-ci'), link);
    const elsewhere = join(sandbox.folder, 'else where');
    mkdirSync(elsewhere);
    const result = await sandbox.launch(['status'], { launcher: link, cwd: elsewhere });
    expect(result.started().cwd).toBe(elsewhere);
  });

  it('finds the home of a user if HOME is not set', async () => {
    const result = await sandbox.launch(['status'], { env: { HOME: '' } });
    expect(result.started().home).toBe(userInfo().homedir);
  });

  it('names the variables to set if it cannot find a home', async () => {
    sandbox.provide('id', 'exit 1');
    const result = await sandbox.launch(['status'], { env: { HOME: '', XDG_CACHE_HOME: '' } });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/^error HOME_MISSING: .*\n {2}remedy: /);
  });

  it('fails with a remedy if it cannot write to its cache', async () => {
    const result = await sandbox.launch(['status'], { env: { XDG_CACHE_HOME: '/proc' } });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/^error CACHE_NOT_WRITABLE: .*\/proc\/istio-ci,.*\n {2}remedy: /);
  });

  it('fails in a folder that was removed', async () => {
    const script = `mkdir gone && cd gone && rm -r ../gone && exec '${join(sandbox.root, 'istio-ci')}' status`;
    const result = await sandbox.launch(['-c', script], { launcher: 'sh' });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('error FOLDER_GONE: ');
  });

  it('installs the dependencies again after the lock file has changed', async () => {
    await sandbox.launch(['status']);
    sandbox.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/cli: {}\n");
    expect((await sandbox.launch(['status'])).stderr).toContain('installing the dependencies');
    expect((await sandbox.launch(['status'])).stderr).toBe('');
  });

  it('fails with the end of the output if the dependencies cannot be installed', async () => {
    sandbox.write('packages/cli/package.json', '{"name":"cli","dependencies":{"zx":"8.8.5"}}');
    const result = await sandbox.launch(['status']);
    expect(result).toMatchObject({ exitCode: 4, stdout: '' });
    expect(result.stderr).toContain('ERR_PNPM_OUTDATED_LOCKFILE');
    expect(result.stderr).toContain('error DEPENDENCIES_UNAVAILABLE: ');
  });

  it('sets up once if two are started at the same time', async () => {
    const results = await Promise.all([sandbox.launch(['status']), sandbox.launch(['status'])]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(results.filter(({ stderr }) => stderr !== '')).toHaveLength(1);
  });
});

describe('the launcher and the engine', () => {
  let sandbox: LauncherSandbox;

  beforeEach(() => {
    sandbox = new LauncherSandbox();
    sandbox.shareSetUpOf(equipped);
    sandbox.provide('id', 'echo 0');
    for (const program of ['git', 'mmdebstrap']) sandbox.provide(program, 'exit 1');
  });

  afterEach(() => sandbox[Symbol.dispose]());

  it.each([
    [['up', '--help']],
    [['images', 'build', '-h']],
    [['images', 'list']],
    [['--version']],
    [['nonsense']],
    [[]],
  ])('is not set up for %j', async (args) => {
    expect(await sandbox.launch(args)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([[['demo']], [['test']], [['up', '--json']], [['images', 'build']]])(
    'is needed for %j',
    async (args) => {
      sandbox.provide('shellcheck', 'exit 1');
      const result = await sandbox.launch(args);
      expect(result).toMatchObject({ exitCode: 8, stdout: '' });
      expect(result.stderr).toMatch(/^error ENGINE_UNREACHABLE: .*no apt-get.*\n {2}remedy: {2}/);
    },
  );

  it('is refused with a remedy to a user who is not root and has no sudo', async () => {
    sandbox.provide('id', 'echo 1000');
    sandbox.provide('newuidmap', 'exit 1');
    const result = await sandbox.launch(['demo']);
    expect(result).toMatchObject({ exitCode: 8, stdout: '' });
    expect(result.stderr).toMatch(/^error ENGINE_UNREACHABLE: .*needs root\.\n {2}remedy: {2}Run as root/);
  });

  it('is not started if DOCKER_HOST names one', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
    expect(await sandbox.launch(['demo'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([
    ['tools', ['test', '--suite', 'unit']],
    ['tools', ['bench', 'boot']],
    ['tools', ['help', 'test']],
    ['tools', ['complete-words', '--', 'test', '--s']],
    ['packages/cli', ['complete-words', '--', 'te']],
    ['packages/cli', ['run', 'test']],
    ['packages/cli', ['help']],
  ])('starts %s for %j', async (program, args) => {
    const result = await sandbox.launch(args, { env: { DOCKER_HOST: 'tcp://127.0.0.1:1' } });
    expect(result.started()).toMatchObject({ program, arguments: args });
  });

  it('is not started if one answers at the socket', async () => {
    const server = createServer((_, response) => response.end('OK'));
    await new Promise<void>((resolve) => server.listen(sandbox.socket, resolve));
    const result = await sandbox.launch(['demo']);
    server.close();
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('is installed together with other missing packages, after a message', async () => {
    sandbox.provide('git', undefined);
    sandbox.provide('apt-get', `echo "$@" >> '${sandbox.folder}/apt'; echo the mirror is down; exit 100`);
    const result = await sandbox.launch(['demo']);
    expect(result.exitCode).toBe(4);
    expect(result.stderr).toMatch(/^istio-ci: installing (ca-certificates )?docker\.io with apt-get\n/);
    expect(result.stderr).toContain('the mirror is down\nerror PACKAGES_UNAVAILABLE: ');
    expect(readFileSync(join(sandbox.folder, 'apt'), 'utf8')).toMatch(
      /^update\ninstall --yes --no-install-recommends .*docker\.io\n$/,
    );
  });

  describe('without systemd', () => {
    it('is started by hand with the requested data root, and keeps running', async () => {
      const server = `require('node:http').createServer((_, response) => response.end('OK'))
        .listen('${sandbox.socket}', () => console.log(process.pid)); setTimeout(() => process.exit(), 60_000)`;
      sandbox.provide('dockerd', `echo "$@" > '${sandbox.folder}/dockerd'; exec node -e "${server}"`);
      const result = await sandbox.launch(['demo'], { env: { ISTIO_CI_DATA_ROOT: '/data/of mine' } });
      const log = /^istio-ci: starting dockerd by hand; its log is (.*)\n$/.exec(result.stderr)?.[1] ?? '';
      process.kill(Number(readFileSync(log, 'utf8')));
      expect(result.exitCode).toBe(0);
      expect(readFileSync(join(sandbox.folder, 'dockerd'), 'utf8')).toBe('--data-root /data/of mine\n');
    });

    it('is an error that names the log if it ends at once', async () => {
      sandbox.provide('dockerd', 'echo no cgroups; exit 1');
      const result = await sandbox.launch(['demo']);
      expect(result).toMatchObject({ exitCode: 8, stdout: '' });
      const log = /remedy: {2}See (.*)\.\n$/.exec(result.stderr)?.[1] ?? '';
      expect(readFileSync(log, 'utf8')).toBe('no cgroups\n');
    });
  });
});
