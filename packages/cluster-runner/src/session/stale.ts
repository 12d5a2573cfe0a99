import { label } from '../labels.ts';
import { hasEnded, parseIdentity } from '../process-identity.ts';

/** What gc knows of one thing with a session's id: a container, or a network where `state` is absent. */
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
  if (owner && labels[label.keep] !== 'true' && hasEnded(owner)) return 'owner-gone';
  const leaseEnd = labels[label.leaseEnd];
  if (leaseEnd !== undefined && new Date(leaseEnd) < now) return 'expired';
  if (!things.some(isLivingCluster) && !underConstruction(labels, now)) return 'orphaned';
  return undefined;
}

/** The labels that tell of the whole session; a builder carries no more than name and id. */
export function markOf(things: readonly Thing[]): Readonly<Record<string, string>> {
  return (things.find(({ labels }) => labels[label.creator] !== undefined) ?? things[0])?.labels ?? {};
}

function isLivingCluster({ labels, state }: Thing): boolean {
  return labels[label.role] === 'cluster' && ['running', 'paused', 'restarting'].includes(state ?? '');
}

function underConstruction(labels: Readonly<Record<string, string>>, now: Date): boolean {
  const creator = parseIdentity(labels[label.creator] ?? '');
  if (creator && hasEnded(creator)) return false;
  return now.getTime() - new Date(labels[label.created] ?? 0).getTime() < foreignConstructionMs;
}
