import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv, goSettings, repositoryRoot, run, runProgram } from '@istio-ci/kit';
import { toolsErrors } from './errors.ts';

/**
 * 1.34 names CoreDNS 1.12.1, which does not compile with client-go 0.34. This is the first version that does.
 */
const otherCoredns: Readonly<Record<string, string>> = { '1.34': 'v1.12.4' };

/**
 * Writes the pins for a release of Kubernetes: `node tools/src/pin-kubernetes.ts 1.35.4`. Needs Go. etcd and
 * CoreDNS are pinned to the versions that the release names, if they compile with it: etcd in its go.mod,
 * CoreDNS in kubeadm.
 */
await runProgram(async ({ signal, defer }) => {
  const version = process.argv[2] ?? '';
  const [, minor] = /^(1\.\d+)\.\d+$/.exec(version) ?? [];
  if (minor === undefined) throw toolsErrors.releaseExpected(version);
  const work = await mkdtemp(join(tmpdir(), 'istio-ci-pins-'));
  defer(() => rm(work, { recursive: true, force: true }));
  const env = childEnv({ ...goSettings(), GOFLAGS: '-modcacherw' }, ['GOPATH', 'GOMODCACHE', 'GOCACHE']);
  const go = async (...command: string[]) =>
    (await run(['go', ...command], { cwd: work, env, signal })).stdout;

  await writeFile(join(work, 'go.mod'), 'module pins\n');
  const { Dir, GoMod } = JSON.parse(await go('mod', 'download', '-json', `k8s.io/kubernetes@v${version}`));
  const upstream: GoMod = JSON.parse(await go('mod', 'edit', '-json', GoMod));
  const constants = await readFile(join(Dir, 'cmd/kubeadm/app/constants/constants.go'), 'utf8');
  const named = /CoreDNSVersion = "(v[^"]+)"/.exec(constants)?.[1] ?? '';
  const coredns = otherCoredns[minor] ?? named;

  const sources = join(repositoryRoot, 'images/minikube-dind/kubernetes');
  await cp(join(sources, 'common'), work, { recursive: true });
  await writeFile(join(work, 'go.mod'), pins(version, upstream, coredns));
  await go('mod', 'tidy');
  const folder = join(sources, minor);
  await mkdir(folder, { recursive: true });
  for (const file of ['go.mod', 'go.sum']) await cp(join(work, file), join(folder, file));
  return 0;
});

/** The parts of the output of `go mod edit -json` that are used. */
interface GoMod {
  readonly Go: string;
  readonly GoDebug: readonly { readonly Key: string; readonly Value: string }[];
  readonly Require: readonly { readonly Path: string; readonly Version: string }[];
  readonly Replace: readonly { readonly Old: { readonly Path: string } }[];
}

/**
 * The go.mod that `go mod tidy` completes. Kubernetes replaces its staging modules with folders of its
 * repository. Elsewhere each needs its version, which is v0.35.4 for Kubernetes 1.35.4.
 */
function pins(version: string, { Go, GoDebug, Require, Replace }: GoMod, coredns: string): string {
  const etcd = Require.find(({ Path }) => Path === 'go.etcd.io/etcd/server/v3')?.Version;
  const staging = version.replace(/^1/, 'v0');
  return [
    'module istio-ci.dev/images/kubernetes',
    `go ${Go}`,
    ...GoDebug.map(({ Key, Value }) => `godebug ${Key}=${Value}`),
    'require (',
    `github.com/coredns/coredns ${coredns}`,
    `go.etcd.io/etcd/server/v3 ${etcd}`,
    `k8s.io/kubernetes v${version}`,
    ')',
    'replace (',
    ...Replace.map(({ Old }) => `${Old.Path} => ${Old.Path} ${staging}`),
    ')\n',
  ].join('\n');
}
