import { type ClusterRequest, clusterPlan } from './create/plan.ts';
import { runArguments } from './place/engine/run-arguments.ts';

/**
 * The arguments of `docker` that start the cluster by hand, with the privileges, volumes and ports of a
 * session. The container belongs to no session; it ends with `docker rm -f NAME`. Pure.
 */
export function dockerRunArguments({
  name,
  env = {},
  foreground = false,
  ...request
}: ClusterRequest & {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run in this terminal until it is stopped, instead of in the background. */
  readonly foreground?: boolean | undefined;
}): string[] {
  const labels = { name, id: '', creator: '', createdAt: new Date(0) };
  return runArguments(clusterPlan(request, labels, env), foreground);
}
