import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ReleasePlan } from '../decision/plan.ts';

export const pushMode = z.enum(['promote', 'rebuild']);

/** One push as the journal records it: everything that a resumed push needs to reach the same end. */
export const pushRecord = z.strictObject({
  id: z.string(),
  startedAt: z.string(),
  commit: z.string(),
  treeClean: z.boolean(),
  fingerprint: z.string(),
  candidateTag: z.string(),
  releaseTag: z.string().nullable(),
  /** Why there is no release; null if there is one. */
  reason: z.string().nullable(),
  moving: z.array(z.string()),
  grammar: z.strictObject({ vendor: z.array(z.string()).optional(), pattern: z.string().optional() }),
  hubs: z.array(z.string()).min(1),
  mode: pushMode,
  facts: z.record(z.string(), z.string()),
});
export type PushRecord = z.infer<typeof pushRecord>;

/** An image that was pushed: its name below the hub, its variant (`-distroless` or none), its digest. */
export const releasedImage = z.strictObject({
  name: z.string(),
  variant: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
export type ReleasedImage = z.infer<typeof releasedImage>;

/** Further facts for the receipt; unknown values are left out. */
export type Facts = Readonly<Record<string, string | undefined>>;

/** The record of a push that begins now. */
export function newPushRecord(
  plan: ReleasePlan,
  options: { hubs: readonly string[]; mode: z.infer<typeof pushMode>; facts: Facts },
): PushRecord {
  const { release, tree } = plan;
  const facts = Object.entries(options.facts).filter(
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
    hubs: options.hubs.map((hub) => hub.replace(/\/+$/, '')),
    mode: options.mode,
    facts: Object.fromEntries(facts),
  };
}

/** True if `b` is the push `a`, started again. */
export function isSamePush(a: PushRecord, b: PushRecord): boolean {
  const key = ({ commit, fingerprint, candidateTag, releaseTag, hubs, mode }: PushRecord) =>
    JSON.stringify([commit, fingerprint, candidateTag, releaseTag, hubs, mode]);
  return key(a) === key(b);
}
