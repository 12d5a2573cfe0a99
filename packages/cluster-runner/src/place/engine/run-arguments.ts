import type { ClusterPlan } from '../plan.ts';
import { loopback } from './address.ts';
import { clusterContainer } from './cluster-container.ts';

/**
 * The arguments of `docker` that start a cluster by hand, with the privileges, volumes and ports of the plan.
 * With `foreground` it runs in this terminal until it is stopped, otherwise in the background. Pure.
 */
export function runArguments(plan: ClusterPlan, foreground: boolean): string[] {
  const { Image, Env, HostConfig } = clusterContainer(plan, { network: 'bridge', address: loopback });
  const host = HostConfig ?? {};
  const each = (flag: string, values: readonly string[] | undefined) =>
    (values ?? []).flatMap((value) => [flag, value]);
  const published = Object.entries((host.PortBindings ?? {}) as Record<string, { HostIp: string }[]>);
  return [
    ...['run', ...(foreground ? ['--interactive', '--tty'] : ['--detach'])],
    ...['--rm', '--name', plan.name, '--hostname', plan.alias],
    ...(host.Privileged ? ['--privileged'] : []),
    ...each('--cap-drop', host.CapDrop),
    ...each('--cap-add', host.CapAdd),
    ...each('--security-opt', host.SecurityOpt),
    ...each('--device-cgroup-rule', host.DeviceCgroupRules),
    ...each('--volume', plan.dataPaths),
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
