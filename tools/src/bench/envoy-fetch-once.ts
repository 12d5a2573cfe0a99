import { fetchEnvoy, installEnvoy } from '@istio-ci/envoy-fetcher';

/**
 * Fetches and installs Envoy once, with an empty store. Arguments: mirror, commit, store, target. Prints its
 * peak memory.
 */
const [mirror = '', sha = '', store = '', target = ''] = process.argv.slice(2);
const pin = { name: 'envoy', sha, flavour: 'alpha', era: '0.7+' } as const;
const fetched = await fetchEnvoy({ pin, arch: 'amd64', mirrors: [mirror], store });
await installEnvoy(fetched, { targets: [target] });
process.stdout.write(`${process.resourceUsage().maxRSS * 1024}\n`);
