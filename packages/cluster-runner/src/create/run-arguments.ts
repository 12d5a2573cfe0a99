import { clusterAlias } from '../names.ts';
import { type ClusterOptions, clusterContainer, volumes } from './cluster-container.ts';

/**
 * The arguments of `docker` that start the cluster by hand, with the very privileges, volumes and ports that a
 * session gets; the container belongs to no session and ends with `docker rm -f NAME`.
 */
export function dockerRunArguments(
  options: ClusterOptions & {
    readonly name: string;
    readonly env?: Readonly<Record<string, string>>;
    /** In this terminal, until it is stopped, and not in the background. */
    readonly foreground?: boolean | undefined;
  },
): string[] {
  const { Image, Env, HostConfig } = clusterContainer(options, {
    mark: { name: options.name, id: '', creator: '', createdAt: new Date(0) },
    network: 'bridge',
    address: { host: '127.0.0.1', local: true },
    env: options.env ?? {},
  });
  const host = HostConfig ?? {};
  const each = (flag: string, values: readonly string[] | undefined) =>
    (values ?? []).flatMap((value) => [flag, value]);
  const published = Object.entries((host.PortBindings ?? {}) as Record<string, { HostIp: string }[]>);
  return [
    ...['run', ...(options.foreground ? ['--interactive', '--tty'] : ['--detach'])],
    ...['--rm', '--name', options.name, '--hostname', clusterAlias],
    ...(host.Privileged ? ['--privileged'] : []),
    ...each('--cap-drop', host.CapDrop),
    ...each('--cap-add', host.CapAdd),
    ...each('--security-opt', host.SecurityOpt),
    ...each('--device-cgroup-rule', host.DeviceCgroupRules),
    ...each('--volume', volumes),
    ...each('--env', Env),
    ...each(
      '--publish',
      published.map(([port, [binding]]) => `${binding?.HostIp}::${port.replace('/tcp', '')}`),
    ),
    ...(host.Memory === undefined
      ? []
      : ['--memory', String(host.Memory), '--memory-swap', String(host.MemorySwap)]),
    ...(host.NanoCpus === undefined ? [] : ['--cpus', String(host.NanoCpus / 1e9)]),
    Image ?? '',
  ];
}
