/** What one image is made of. Its folder is `images/<name>`; `FROM` is the build argument BASE_IMAGE. */
export interface ImageSpec {
  readonly name: string;
  /** The image it rests on; without one it rests on Debian itself (debian.ts). */
  readonly from?: string;
  /** Parts of its folder that the build does not need. */
  readonly exclude?: readonly string[];
  /** Compiled programs that are added to the build context as `bin/<file>`. */
  readonly binaries?: readonly { readonly set: string; readonly files: readonly string[] }[];
  /** Build with the caller's UID and GID as build arguments. */
  readonly asCaller?: boolean;
  /**
   * What the context's folder `ca/` holds: `kept` is the extra CA that the caller asked to have in the image,
   * `build` is this machine's bundle, for a stage that downloads and is thrown away.
   */
  readonly ca?: 'kept' | 'build';
  /** Built only if it is asked for by name. */
  readonly onRequest?: true;
  /** Engine disk that building it takes, in MiB, measured and rounded up. */
  readonly diskMiB: number;
}

/** Every image, each after the one it rests on. `toolchain` is what compiles the programs of the others. */
export const images = [
  { name: 'base', ca: 'kept', diskMiB: 300 },
  { name: 'toolchain', from: 'base', diskMiB: 400 },
  {
    name: 'jenkins-build',
    from: 'toolchain',
    binaries: [{ set: 'kubernetes', files: ['kubernetes'] }],
    asCaller: true,
    diskMiB: 800,
  },
  {
    name: 'minikube-dind',
    from: 'base',
    exclude: ['kubernetes', 'node'],
    binaries: [
      { set: 'kubernetes', files: ['kubernetes'] },
      { set: 'cluster-services', files: ['etcd', 'coredns'] },
      { set: 'node', files: ['istio-ci-node', 'pause'] },
    ],
    diskMiB: 1100,
  },
  { name: 'demo-registry', from: 'base', diskMiB: 100 },
  { name: 'demo-mirror', from: 'base', ca: 'build', diskMiB: 400 },
  { name: 'vm', from: 'base', onRequest: true, diskMiB: 800 },
] as const satisfies readonly ImageSpec[];

export type ImageName = (typeof images)[number]['name'];
