import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Distribution, distributionWithoutFile } from '@istio-ci/distribution';
import { type EnvoyPin, resolvePin } from '@istio-ci/envoy-fetcher';
import { CiError } from '@istio-ci/kit';
import { cliErrors } from '../errors.ts';
import { type MakefileScan, type Place, scanMakefile } from './makefile.ts';

/** What was found in a directory, each with its place. */
export interface Findings {
  /** The settings of a run without a file. */
  readonly distribution: Distribution;
  readonly makefile: MakefileScan;
  /** The version of Go in `go.mod`; trees from the time of GOPATH have none. */
  readonly go?: Place & { readonly version: string };
  readonly envoy: EnvoyPin;
  readonly ztunnel?: EnvoyPin;
}

/**
 * Examines a directory without running anything in it.
 * @throws {CiError} DISTRIBUTION_MISSING, INIT_NO_BUILD, INIT_NO_ENVOY, ENVOY_PIN_INVALID, ENVOY_PIN_CONFLICT
 */
export async function detect(directory: string): Promise<Findings> {
  const distribution = withoutFile(directory);
  const { root, directory: sources } = distribution;
  const read = (file: string) => {
    const path = join(root, sources, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const name = ['GNUmakefile', 'makefile', 'Makefile'].find((file) => read(file) !== undefined);
  const makefile = scanMakefile(name ?? 'Makefile', read, sources);
  const go = goVersion(join(sources, 'go.mod'), read('go.mod'));
  if (name === undefined && go === undefined) throw cliErrors.initNoBuild(root);
  const envoy = await pinOf(root, 'envoy');
  if (envoy === undefined) throw cliErrors.initNoEnvoy(root);
  const ztunnel = await pinOf(root, 'ztunnel');
  return {
    distribution,
    makefile,
    envoy,
    ...(go ? { go } : {}),
    ...(ztunnel ? { ztunnel } : {}),
  };
}

function withoutFile(directory: string): Distribution {
  try {
    return distributionWithoutFile(directory);
  } catch (error) {
    if (error instanceof CiError && error.code === 'DISTRIBUTION_MISSING')
      throw cliErrors.initNoDistribution(error.message);
    throw error;
  }
}

/** The pin, in any of the places that Istio has used; undefined if there is none. */
async function pinOf(root: string, name: 'envoy' | 'ztunnel'): Promise<EnvoyPin | undefined> {
  try {
    return await resolvePin({ root, sources: 'auto', name });
  } catch (error) {
    if (error instanceof CiError && error.code === 'ENVOY_PIN_MISSING') return undefined;
    throw error;
  }
}

/** The `toolchain` line of a go.mod, or its `go` line. Pure. */
function goVersion(file: string, text: string | undefined): Findings['go'] {
  const lines = text?.split('\n') ?? [];
  for (const pattern of [/^toolchain go(\S+)/, /^go (\S+)/]) {
    const index = lines.findIndex((line) => pattern.test(line));
    const version = pattern.exec(lines[index] ?? '')?.[1];
    if (version !== undefined) return { file, line: index + 1, version };
  }
  return undefined;
}
