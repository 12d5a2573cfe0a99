import { hasEnded, parseIdentity } from '@istio-ci/kit';
import { label } from '../labels.ts';
import type { Placed } from '../place/place.ts';

export type StaleReason = 'owner-gone' | 'expired' | 'orphaned';

/** How long a session that another machine is making may be without its cluster, in milliseconds. */
const foreignConstructionMs = 10 * 60 * 1000;

/**
 * The reason to remove a session, or undefined if it should stay. Pure but for the look at its processes.
 * `expired` is by the label; the lease may have been renewed inside the container.
 */
export function staleReason(parts: readonly Placed[], now: Date): StaleReason | undefined {
  const labels = sessionLabels(parts);
  const owner = parseIdentity(labels[label.owner] ?? '');
  if (owner && hasEnded(owner)) return 'owner-gone';
  const leaseEnd = labels[label.leaseEnd];
  if (leaseEnd !== undefined && new Date(leaseEnd) < now) return 'expired';
  if (!parts.some(isLivingCluster) && !underConstruction(labels, now)) return 'orphaned';
  return undefined;
}

/** The labels of the whole session. A builder has only its name and id. */
export function sessionLabels(parts: readonly Placed[]): Readonly<Record<string, string>> {
  return parts.find(({ labels }) => label.created in labels)?.labels ?? {};
}

function isLivingCluster({ labels, container }: Placed): boolean {
  return labels[label.role] === 'cluster' && ['running', 'frozen'].includes(container?.state ?? '');
}

function underConstruction(labels: Readonly<Record<string, string>>, now: Date): boolean {
  const creator = parseIdentity(labels[label.creator] ?? '');
  if (creator && hasEnded(creator)) return false;
  return now.getTime() - new Date(labels[label.created] ?? 0).getTime() < foreignConstructionMs;
}
