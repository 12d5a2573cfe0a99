import { z } from 'zod';
import { tagStatus } from './journal-state.ts';
import { pushMode } from './push-record.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const receiptTag = z.strictObject({
  tag: z.string(),
  kind: z.enum(['candidate', 'release', 'moving']),
  status: tagStatus.describe('kept: a newer release holds this moving tag.'),
});

const receiptImage = z.strictObject({
  name: z.string().describe('Below the hub.'),
  variant: z.string().describe('The ending of its tags, as in -distroless; empty for the image itself.'),
  digest: digest
    .nullable()
    .describe('Of the manifest or index; null only in a dry run, before anything is pushed.'),
  mediaType: z.string().nullable(),
  created: z.string().nullable(),
  revision: z.string().nullable().describe('The label org.opencontainers.image.revision.'),
  platforms: z.array(z.strictObject({ platform: z.string(), digest })),
  attestations: z.array(digest).describe('Provenance and SBOM manifests in the index.'),
  locations: z.array(
    z.strictObject({ registry: z.string(), repository: z.string(), tags: z.array(receiptTag) }),
  ),
});

/** `receipt.json`: what was released, what it was made from, and where it is. */
export const receiptSchema = z.strictObject({
  schemaVersion: z.literal(1),
  outcome: z.enum(['released', 'candidate', 'partial']).describe('candidate: there was nothing to release.'),
  dryRun: z.boolean(),
  mode: pushMode,
  commit: z.string(),
  treeClean: z.boolean(),
  releaseTag: z.string().nullable(),
  reason: z.string().nullable().describe('Why there is no release.'),
  candidateTag: z.string(),
  facts: z.record(z.string(), z.string()).describe("The build's own: envoySha256, builderImage, …"),
  startedAt: z.string(),
  finishedAt: z.string(),
  images: z
    .array(receiptImage)
    .describe('In mode rebuild the released ones, then the candidates, which are other images.'),
});
export type Receipt = z.infer<typeof receiptSchema>;
export type ReceiptImage = z.infer<typeof receiptImage>;

/** The published JSON schema; `docs/receipt.schema.json` is this text, and a test holds them together. */
export function receiptJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(receiptSchema), null, 2)}\n`;
}
