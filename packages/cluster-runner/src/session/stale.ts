import { hasEnded, parseIdentity } from '@istio-ci/kit';
import { label } from '../labels.ts';

/** What gc knows of one thing with a session's id: a container, or a network or volume where `state` is absent. */
export interface Thing {
  readonly labels: Readonly<Record<string, string>>;
  readonly state?: string;
}

export type StaleReason = 'owner-gone' | 'expired' | 'orphaned';

/** How long a session under construction on another machine may be without its cluster. */
const foreignConstructionMs = 10 * 60 * 1000;

/**
 * Why the things of one session should be removed, or undefined where they should stay. Pure but for the look at
 * the processes; `expired` is by the label and may have been renewed inside the container.
 */
export function staleReason(things: readonly Thing[], now: Date): StaleReason | undefined {
  const labels = markOf(things);
  const owner = parseIdentity(labels[label.owner] ?? '');
  if (owner && hasEnded(owner)) return 'owner-gone';
  const leaseEnd = labels[label.leaseEnd];
  if (leaseEnd !== undefined && new Date(leaseEnd) < now) return 'expired';
  if (!things.some(isLivingCluster) && !underConstruction(labels, now)) return 'orphaned';
  return undefined;
}

/**
 * The labels that tell of the whole session: the newest, since a cluster of the pool is handed out with a new mark. A builder
 * carries no more than name and id.
 */
export function markOf(things: readonly Thing[]): Readonly<Record<string, string>> {
  const created = ({ labels }: Thing) => labels[label.created] ?? '';
  const newestFirst = things.toSorted((a, b) => created(b).localeCompare(created(a)));
  return newestFirst[0]?.labels ?? {};
}

function isLivingCluster({ labels, state }: Thing): boolean {
  return labels[label.role] === 'cluster' && ['running', 'paused', 'restarting'].includes(state ?? '');
}

function underConstruction(labels: Readonly<Record<string, string>>, now: Date): boolean {
  const creator = parseIdentity(labels[label.creator] ?? '');
  if (creator && hasEnded(creator)) return false;
  return now.getTime() - new Date(labels[label.created] ?? 0).getTime() < foreignConstructionMs;
}
