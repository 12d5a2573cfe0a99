import type Docker from 'dockerode';
import type { ExecResult } from '../engine/exec.ts';
import type { Target } from './node.ts';

type Exec = (
  engine: Docker,
  target: Target,
  command: readonly string[],
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<ExecResult>;

/**
 * The ends of the logs behind what is not true, each line after its program's name; the node knows which those are.
 * All of them: a node, for one, is not ready either where the controllers do not run.
 */
export async function explain(
  exec: Exec,
  engine: Docker,
  target: Target,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  return (await exec(engine, target, ['istio-ci-node', 'explain', ...names], { signal })).stdout;
}
