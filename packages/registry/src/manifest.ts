import { messageOf, sha256 } from '@istio-ci/kit';
import { z } from 'zod';
import { registryErrors } from './errors.ts';

/**
 * A manifest exactly as the registry holds it. Its bytes are never rewritten, because the digest names them.
 */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Every form of manifest that is carried; without this list a registry may convert to an older one. */
export const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const descriptor = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const content = z.object({
  manifests: z.array(descriptor).optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
});

/** A part of a manifest: another manifest, a configuration or a layer. */
export type Descriptor = z.infer<typeof descriptor>;

/** The parts of a manifest. */
export interface ManifestParts {
  /** The manifests of an index, for platforms and attestations; empty for a single image. */
  readonly children: readonly Descriptor[];
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${sha256(bytes)}`;
}

/** @throws {CiError} MANIFEST_INVALID */
export function parseManifest({ bytes }: Manifest, ref: string): ManifestParts {
  try {
    const { manifests, config, layers } = content.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (!manifests && !config) throw new Error('it is neither an index nor an image');
    return { children: manifests ?? [], config, layers: layers ?? [] };
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path }) => path.join('.')).join(', ')
        : messageOf(cause);
    throw registryErrors.manifestInvalid(ref, why);
  }
}

/** True for an entry that BuildKit adds to an index: provenance or SBOM of another entry, not a platform. */
export function isAttestation({ annotations }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}

/** `linux/arm64/v8`; `unknown` if the entry does not say. */
export function platformName({
  platform,
}: {
  readonly platform?:
    | { readonly os: string; readonly architecture: string; readonly variant?: string | undefined }
    | undefined;
}): string {
  if (!platform) return 'unknown';
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}
