import { type KubernetesMinor, kubernetesLabel } from '@istio-ci/kit';

/** Programs that one `go build` makes from one Go module of this repository. */
export interface BinarySet {
  readonly name: string;
  /** The name shown while it compiles. */
  readonly title: string;
  /**
   * The module's contents: which folder of this repository is at which path in it; '' is the module's top.
   */
  readonly parts: Readonly<Record<string, string>>;
  /** The packages to build; each makes one program, named after its last part. */
  readonly packages: string;
  /** `-X` settings for the linker, from the text of the module's go.mod. */
  readonly stamps: (goMod: string) => Readonly<Record<string, string>>;
  /** Labels of an image that has these programs, from the text of the module's go.mod. */
  readonly labels?: (goMod: string) => Readonly<Record<string, string>>;
  /** Engine disk that compiling it takes with empty Go caches, in MiB, measured and rounded up. */
  readonly diskMiB: number;
}

/** All sets, with the Kubernetes of this minor version. */
export const binarySetsFor = (kubernetes: KubernetesMinor): readonly BinarySet[] => [
  {
    name: 'kubernetes',
    title: `Kubernetes ${kubernetes}`,
    parts: kubernetesParts(kubernetes, ['kubernetes']),
    packages: './cmd/...',
    stamps: (goMod) => kubernetesStamps(requiredVersion(goMod, 'k8s.io/kubernetes')),
    labels: (goMod) => ({ [kubernetesLabel]: requiredVersion(goMod, 'k8s.io/kubernetes').slice(1) }),
    diskMiB: 5400,
  },
  // A set of its own, so that a change in CoreDNS' main does not recompile Kubernetes. What they share is
  // compiled once.
  {
    name: 'cluster-services',
    title: `etcd and CoreDNS for Kubernetes ${kubernetes}`,
    parts: kubernetesParts(kubernetes, ['etcd', 'coredns']),
    packages: './cmd/...',
    stamps: () => ({}),
    diskMiB: 2800,
  },
  {
    name: 'node',
    title: 'the boot program',
    parts: { '': 'images/minikube-dind/node' },
    packages: './...',
    stamps: () => ({}),
    diskMiB: 300,
  },
];

/** The pins of a minor version, on top of the programs that all versions share. */
function kubernetesParts(minor: string, programs: readonly string[]): Record<string, string> {
  const folder = 'images/minikube-dind/kubernetes';
  const mains = programs.map((program) => [`cmd/${program}`, `${folder}/common/cmd/${program}`]);
  return { '': `${folder}/${minor}`, ...Object.fromEntries(mains) };
}

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
 * The version that Kubernetes reports: in `kubectl version`, the API's /version and the kubelet's node
 * version. Its own build sets the same variables (hack/lib/version.sh); without them it calls itself
 * v0.0.0-master.
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

/** The command that compiles a set into the folder `out`. It is part of the set's hash. */
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

/** Go settings that change the result: static programs, and the compiler that go.mod requires. */
export const buildSettings = { CGO_ENABLED: '0', GOTOOLCHAIN: 'auto', GOFLAGS: '' } as const;
