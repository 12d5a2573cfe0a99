import { z } from 'zod';
import { hashSources } from './build.ts';

const entry = z.strictObject({
  name: z.enum(['envoy', 'ztunnel']),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  flavour: z.enum(['debug', 'alpha', 'release']),
  arch: z.enum(['amd64', 'arm64']),
  url: z.url(),
  size: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  source: z.enum(hashSources).describe('Where the hash is from. pinned: a person has reviewed it.'),
  revision: z
    .string()
    .optional()
    .describe('The revision that `--version` must print. Without it, the pin itself is expected.'),
});

/** The whole file. */
export const lockFile = z.strictObject({ version: z.literal(1), entries: z.array(entry) });

/** One archive, as recorded in `envoy.lock`. */
export type LockEntry = z.infer<typeof entry>;

/** `envoy.lock`: the exact bytes that a pin resolves to. It is committed beside the source. */
export type EnvoyLock = z.infer<typeof lockFile>;
