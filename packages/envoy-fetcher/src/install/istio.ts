import { basename, dirname, join } from 'node:path';
import type { Arch } from '../pin/build.ts';
import type { EnvoyPin } from '../pin/pin.ts';
import type { InstalledEnvoy } from './install.ts';

export interface IstioTree {
  /** The root of Istio's checkout. */
  readonly source: string;
  readonly gopath: string;
}

/**
 * The paths at which Istio's own Makefile looks for the binary. If it is there, an unmodified `make` of that
 * era does not fetch it.
 */
export function istioPlaces(pin: EnvoyPin, arch: Arch, { source, gopath }: IstioTree): string[] {
  const { name, sha, flavour, era } = pin;
  const versioned = flavour === 'debug' && era === '0.7+' ? `${name}-debug-${sha}` : `${name}-${sha}`;
  if (era === '0.3-0.6') return [join(source, 'vendor', versioned), join(gopath, 'bin', name)];
  const out = join(source, 'out', `linux_${arch}`);
  const mode = join(out, flavour === 'debug' ? 'debug' : 'release');
  // Images use the name without a version (tools/docker.yaml), tests the file in the folder above.
  return [join(mode, versioned), join(mode, name), join(out, name)];
}

/**
 * The variables that make an unmodified `make` of Istio use an installed binary (bin/init.sh,
 * bin/build_ztunnel.sh). These scripts accept any existing file, whatever its content.
 */
export function istioEnvironment({
  pin,
  targets,
}: Pick<InstalledEnvoy, 'pin' | 'targets'>): Record<string, string> {
  const path = targets.find((target) => basename(target).endsWith(pin.sha)) ?? targets[0] ?? '';
  const place = { DIR: dirname(path), NAME: basename(path), PATH: path };
  const prefix =
    pin.name === 'ztunnel'
      ? 'ISTIO_ZTUNNEL_LINUX_RELEASE'
      : `ISTIO_ENVOY_LINUX_${pin.flavour === 'debug' ? 'DEBUG' : 'RELEASE'}`;
  const versions =
    pin.name === 'ztunnel'
      ? { ZTUNNEL_REPO_SHA: pin.sha, ISTIO_ZTUNNEL_VERSION: pin.sha }
      : { PROXY_REPO_SHA: pin.sha, ISTIO_ENVOY_VERSION: pin.sha, ISTIO_ENVOY_LINUX_VERSION: pin.sha };
  return {
    ...versions,
    ...Object.fromEntries(Object.entries(place).map(([key, value]) => [`${prefix}_${key}`, value])),
  };
}
