import { z } from 'zod';

const seconds = z.number().nonnegative();
const text = z.string().min(1);

const git = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40,64}$/, 'must be a full commit id'),
  branch: text.optional(),
  tags: z.array(text).describe('Those at this commit that the checkout has.'),
  dirty: z.boolean().describe('The tree had changes that no commit holds.'),
});

const versions = z.strictObject({
  istioCi: text,
  node: text,
  engine: text.optional().describe('The Docker engine of the worker; absent if the run did not use it.'),
  kubernetes: text.optional(),
});

const stageError = z.strictObject({
  code: text,
  message: z.string(),
  remedy: z.string().optional(),
  causes: z.array(z.string()).describe('Nearest first.'),
  evidence: z.string().optional().describe('The file in which the cluster’s logs and state were kept.'),
});

const log = z.strictObject({
  path: text
    .refine(
      (path) => !path.startsWith('/') && !path.split('/').includes('..'),
      'must be a path below run.json',
    )
    .describe('The whole log, relative to run.json.'),
  tail: z.array(z.string()).describe('Its last lines.'),
});

const stage = z.strictObject({
  name: text,
  result: z.enum(['passed', 'failed', 'interrupted', 'not run']),
  startSeconds: seconds.optional().describe("Since the run's start; absent for a stage that did not run."),
  seconds: seconds.describe('How long it took; 0 for a stage that did not run.'),
  facts: z
    .record(text, z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .describe('Facts about the stage. Numbers whose names end in Bytes or Seconds have that unit.'),
  error: stageError.optional(),
  log: log.optional(),
});

const phase = z.strictObject({
  name: text,
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  startedMs: z.number().nonnegative().optional().describe("Since the start of the cluster's container."),
  finishedMs: z.number().nonnegative().optional(),
});

const boot = z.strictObject({
  startSeconds: z
    .number()
    .describe("When the cluster's container started, since the run's start; negative for a standby cluster."),
  phases: z.array(phase),
});

const testCase = z.strictObject({
  name: z.string(),
  className: text.optional(),
  seconds,
  status: z.enum(['passed', 'failed', 'error', 'skipped']),
  message: text.optional().describe('Why it did not pass.'),
  output: text.optional().describe('The last lines of what a failed test printed.'),
});

const testSuite = z.strictObject({ name: z.string(), cases: z.array(testCase) });

const image = z.strictObject({
  name: text,
  tag: text,
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits'),
  where: text.describe('The registry and the path in it.'),
});

const envoy = z.strictObject({
  sha: text.describe('The pin: a commit of istio/proxy.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
    .describe('Of the archive.'),
  url: text.describe('Where it was fetched from.'),
});

/** `run.json`: everything that the page shows, and nothing else. */
export const runSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    distribution: text,
    buildTag: text,
    result: z.enum(['passed', 'failed', 'interrupted']),
    dryRun: z
      .boolean()
      .optional()
      .describe('Push, if it came to that, did everything but write to a registry.'),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    git: git.optional().describe('Absent if the distribution is not a git checkout.'),
    versions,
    stages: z.array(stage),
    boot: boot.optional().describe('The phases of the cluster boot; absent if none was started.'),
    tests: z.array(testSuite).describe('The results in the JUnit files.'),
    images: z.array(image).describe('What was pushed.'),
    envoy: envoy.optional(),
    reproduce: z.array(text).describe('The commands that do this run again, in order.'),
  })
  .refine(({ startedAt, finishedAt }) => !(Date.parse(finishedAt) < Date.parse(startedAt)), {
    path: ['finishedAt'],
    message: 'must not be before startedAt',
  })
  .describe('The record of one run of istio-ci.');

/** A run as `run.json` contains it. */
export type Run = z.infer<typeof runSchema>;
export type Stage = Run['stages'][number];
export type Boot = NonNullable<Run['boot']>;
export type BootPhase = Boot['phases'][number];
export type TestSuite = Run['tests'][number];
export type TestCase = TestSuite['cases'][number];

/** The published JSON schema. `docs/run.schema.json` is this text, and a test compares the two. */
export function runJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(runSchema), null, 2)}\n`;
}
