import { bootstrappers, defaultBootstrapper, defaultKubernetes, kubernetesMinors } from '@istio-ci/kit';
import { z } from 'zod';

/** The stages that a distribution defines, in the order of the chain. */
export const stageNames = ['check', 'depend', 'build', 'test', 'push'] as const;
export type StageName = (typeof stageNames)[number];

const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    'must be a path inside the distribution',
  );

const host = z.string().regex(/^[a-z0-9][a-z0-9.-]*(:\d+)?$/i, 'must be a host, or host:port');
const hub = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._-]+)*$/i, 'must be like registry.example.com/team');
const command = z.string().min(1);

const service = z.strictObject({
  image: z
    .string()
    .min(1)
    .describe('One of our images (demo-registry, demo-mirror), or any image that the engine has.'),
  ports: z
    .array(z.int().min(1).max(65535))
    .default([])
    .describe('Ports that this machine reaches as well, on loopback.'),
  env: z.record(z.string(), z.string()).default({}),
  htpasswd: z
    .string()
    .startsWith('/')
    .optional()
    .describe(
      'For a registry: the password file in its container; Push adds a temporary password there while it pushes.',
    ),
});

const serviceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes')
  .refine((name) => name !== 'kubernetes' && name !== 'builder', 'is a name of the session itself');

const mirrors = z
  .array(z.string().regex(/^(https?|file):\/\//, 'must be an http, https or file URL'))
  .default([]);

const envoy = z.strictObject({
  dockerfile: relativePath
    .optional()
    .describe('A Dockerfile whose FROM names envoy-debug:<sha> (Istio 0.3 to 0.6).'),
  workspace: relativePath
    .optional()
    .describe('A Bazel WORKSPACE with ISTIO_PROXY_BUCKET (Istio 0.3 and 0.4).'),
  deps: relativePath.optional().describe('istio.deps (Istio 0.7 and later).'),
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be 40 lower-case hex digits')
    .optional()
    .describe('The pin itself.'),
  mirrors: mirrors.describe('Where to fetch from, in order; empty means the places of the era.'),
  install: z.array(relativePath).min(1).optional().describe('Where the binary goes in the workspace.'),
  lock: relativePath.default('envoy.lock'),
  locked: z.boolean().default(false).describe('Insist on the lock file.'),
});

const ztunnel = z.strictObject({
  deps: relativePath.default('istio.deps').describe('Where the pin is.'),
  mirrors: mirrors.describe('Where to fetch from, in order; empty means the places of Istio.'),
  install: z
    .array(relativePath)
    .min(1)
    .default(['bin/ztunnel'])
    .describe('Where the binary goes in the workspace.'),
});

const cluster = z.strictObject({
  kubernetes: z
    .enum(kubernetesMinors)
    .default(defaultKubernetes)
    .describe('The minor version of Kubernetes.'),
  bootstrapper: z.enum(bootstrappers).default(defaultBootstrapper),
  privileges: z.enum(['capabilities', 'privileged']).default('capabilities'),
  leaseMinutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(120)
    .describe('The session ends after this time, whatever happens.'),
  images: z
    .array(z.string().min(1))
    .default([])
    .describe('Images of this engine that the cluster has from the start.'),
  insecureRegistries: z
    .array(host)
    .default([])
    .describe('Registries that the cluster and Push speak to over plain HTTP.'),
  registryMirrors: z.array(z.url()).default([]),
  certSans: z.array(z.string().min(1)).default([]),
  dockerTls: z
    .boolean()
    .default(false)
    .describe("The cluster's Docker asks for a client certificate, which the stages have."),
  fromPool: z
    .boolean()
    .default(false)
    .describe('Take a warm cluster from the pool (istio-ci pool fill) if it has one with these settings.'),
});

const push = z.strictObject({
  mode: z
    .enum(['promote', 'rebuild'])
    .default('promote')
    .describe(
      'promote: the release tag is put on the tested digest. rebuild: the second make push of the article.',
    ),
  vendor: z
    .array(z.string().regex(/^[a-z0-9]+$/i))
    .default([])
    .describe('Vendor suffixes of release tags, as in 1.29.1-acme.2.'),
  tagPattern: z
    .string()
    .refine(isRegularExpression, 'is not a regular expression')
    .optional()
    .describe('A regular expression for release tags that follow no known grammar.'),
});

/** `istio-ci.yaml` as people write it: everything has a default, and unknown keys are refused. */
export const distributionSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes')
      .optional(),
    profile: z
      .enum(['modern', '0.5'])
      .default('modern')
      .describe("modern: Go modules and istio.deps. 0.5: the article's GOPATH layout."),
    directory: relativePath.optional().describe('Where the stages run; by default the profile says.'),
    stages: z
      .partialRecord(z.enum(stageNames), command)
      .default({})
      .describe('The commands; by default make <stage>.'),
    hubs: z.array(hub).default([]).describe('Where images are pushed.'),
    kubeconfig: z
      .array(relativePath)
      .min(1)
      .optional()
      .describe('Where the kubeconfig is written, besides kubeconfig.'),
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .default([])
      .describe('Variables of yours that the stages may see; nothing else of your environment reaches them.'),
    envoy: envoy.prefault({}),
    ztunnel: ztunnel
      .optional()
      .describe('Fetch the ztunnel that istio.deps pins as well, for sources whose Makefile needs it.'),
    cluster: cluster.prefault({}),
    services: z
      .record(serviceName, service)
      .default({})
      .describe("Helper containers beside the cluster, by their name on the session's network."),
    push: push.prefault({}),
  })
  .describe('What istio-ci runs on: an Istio distribution.');

/** The keys of the file that have keys below them. */
export const mappingKeys = Object.entries(distributionSchema.shape).flatMap(([key, schema]) =>
  z.toJSONSchema(schema, { io: 'input' }).type === 'object' ? [key] : [],
);

export type DistributionConfig = z.infer<typeof distributionSchema>;

function isRegularExpression(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}

/** The published JSON schema. `docs/istio-ci.schema.json` is this text, and a test compares the two. */
export function distributionJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(distributionSchema, { io: 'input' }), null, 2)}\n`;
}
