/** Programs that one `go build` makes from one Go module of this repository. */
export interface BinarySet {
  readonly name: string;
  /** What people are told is being compiled. */
  readonly title: string;
  /** The module's folder, from the repository's top. */
  readonly folder: string;
  /** The packages to build; each makes one program, named after its last part. */
  readonly packages: string;
  /** `-X` settings for the linker, from the text of the module's go.mod. */
  readonly stamps: (goMod: string) => Readonly<Record<string, string>>;
  /** Engine disk that compiling it takes with empty Go caches, in MiB, measured and rounded up. */
  readonly diskMiB: number;
}

export const binarySets: readonly BinarySet[] = [
  {
    name: 'kubernetes',
    title: 'Kubernetes, etcd and CoreDNS',
    folder: 'images/minikube-dind/kubernetes',
    packages: './cmd/...',
    stamps: (goMod) => kubernetesStamps(requiredVersion(goMod, 'k8s.io/kubernetes')),
    diskMiB: 5400,
  },
  {
    name: 'node',
    title: 'the boot program',
    folder: 'images/minikube-dind/node',
    packages: './...',
    stamps: () => ({}),
    diskMiB: 300,
  },
];

/** The version of a module that a go.mod requires, `v1.37.2`. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find((text) =>
    text
      .trim()
      .replace(/^require /, '')
      .startsWith(`${module} v`),
  );
  const version = line?.match(/ (v\S+)/)?.[1];
  if (version === undefined) throw new Error(`go.mod requires no version of ${module}`);
  return version;
}

/**
 * What Kubernetes says of itself: `kubectl version`, the API's /version and the kubelet's node version. Its own
 * build sets the same variables (hack/lib/version.sh); without them it calls itself v0.0.0-master.
 */
function kubernetesStamps(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.slice(1).split('.');
  return {
    'k8s.io/component-base/version.gitVersion': version,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/component-base/version.gitTreeState': 'clean',
    'k8s.io/client-go/pkg/version.gitVersion': version,
  };
}

/** The command that compiles a set into the folder `out`; also part of what its hash is made of. */
export function buildCommand(set: BinarySet, goMod: string, out: string): string[] {
  const stamps = Object.entries(set.stamps(goMod)).map(([name, value]) => `-X ${name}=${value}`);
  const ldflags = ['-s', '-w', ...stamps].join(' ');
  return [
    'go',
    'build',
    '-v',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
    ldflags,
    '-o',
    `${out}/`,
    set.packages,
  ];
}

/** Settings of Go that change what comes out: static programs, and the compiler that go.mod asks for. */
export const buildSettings = { CGO_ENABLED: '0', GOTOOLCHAIN: 'auto', GOFLAGS: '' } as const;
