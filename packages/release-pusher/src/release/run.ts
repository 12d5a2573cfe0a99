import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ReleasePlan } from '../decision/plan.ts';

export const pushMode = z.enum(['promote', 'rebuild']);

/** One push as the journal keeps it: everything that a resumed one needs to reach the same end. */
export const releaseRun = z.strictObject({
  id: z.string(),
  startedAt: z.string(),
  commit: z.string(),
  treeClean: z.boolean(),
  fingerprint: z.string(),
  candidateTag: z.string(),
  releaseTag: z.string().nullable(),
  /** Why there is no release; null when there is one. */
  reason: z.string().nullable(),
  moving: z.array(z.string()),
  grammar: z.strictObject({ vendor: z.array(z.string()).optional(), pattern: z.string().optional() }),
  hubs: z.array(z.string()).min(1),
  mode: pushMode,
  facts: z.record(z.string(), z.string()),
});
export type ReleaseRun = z.infer<typeof releaseRun>;

/** An image that was pushed: its name below the hub, its variant (`-distroless` or none), its digest. */
export const releasedImage = z.strictObject({
  name: z.string(),
  variant: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
export type ReleasedImage = z.infer<typeof releasedImage>;

/** What else the receipt is to tell; values that are not known stay out. */
export type Facts = Readonly<Record<string, string | undefined>>;

/** The record of a push that begins now. */
export function newRun(
  plan: ReleasePlan,
  wishes: { hubs: readonly string[]; mode: z.infer<typeof pushMode>; facts: Facts },
): ReleaseRun {
  const { release, tree } = plan;
  const facts = Object.entries(wishes.facts).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    id: randomBytes(6).toString('hex'),
    startedAt: new Date().toISOString(),
    commit: plan.commit,
    treeClean: tree.clean,
    fingerprint: tree.fingerprint,
    candidateTag: plan.candidateTag,
    releaseTag: release.kind === 'tag' ? release.tag : null,
    reason: release.kind === 'tag' ? null : release.reason,
    moving: release.kind === 'tag' ? [...release.moving] : [],
    grammar: {
      ...(plan.grammar.vendor ? { vendor: [...plan.grammar.vendor] } : {}),
      ...(plan.grammar.pattern === undefined ? {} : { pattern: plan.grammar.pattern }),
    },
    hubs: wishes.hubs.map((hub) => hub.replace(/\/+$/, '')),
    mode: wishes.mode,
    facts: Object.fromEntries(facts),
  };
}

/** True when `b` is the push `a`, begun again. */
export function isSamePush(a: ReleaseRun, b: ReleaseRun): boolean {
  const key = (run: ReleaseRun) =>
    JSON.stringify([run.commit, run.fingerprint, run.candidateTag, run.releaseTag, run.hubs, run.mode]);
  return key(a) === key(b);
}
