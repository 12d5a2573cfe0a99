import type Docker from 'dockerode';
import type { ExecResult } from '../engine/exec.ts';
import type { Target } from './node.ts';

/** Whose log tells why a phase or a check is not true, by its name. */
const programs: Readonly<Record<string, string>> = {
  prepare: 'dind',
  containerd: 'containerd',
  docker: 'docker',
  etcd: 'etcd',
  serving: 'kube-apiserver',
  api: 'kube-apiserver',
  node: 'kubelet',
  serviceaccount: 'kube-controller-manager',
  dns: 'coredns',
};

/** How many last lines of each log are shown. */
const lines = 4;

type Exec = (
  engine: Docker,
  target: Target,
  command: readonly string[],
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<ExecResult>;

/**
 * The ends of the logs behind what is not true, each line after its program's name. All of them: a node, for one, is not
 * ready either where the controllers do not run.
 */
export async function explain(
  exec: Exec,
  engine: Docker,
  target: Target,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const wanted = [...new Set(names.flatMap((name) => programs[name] ?? []))];
  const texts = await Promise.all(
    wanted.map(async (program) => {
      const command = ['tail', `--lines=${lines}`, `/var/log/${program}.log`];
      const { stdout } = await exec(engine, target, command, { signal });
      return stdout.replaceAll(/^(?=.)/gm, `${program}: `);
    }),
  );
  return texts.join('');
}
