import type { Arch, BinaryName, Build, PinEra } from '../pin/build.ts';

/**
 * The file name that Istio gives an archive. Envoy's has no suffix for amd64 (bin/init.sh); ztunnel's is the
 * bare binary (bin/build_ztunnel.sh).
 */
export function archiveName({ name, sha, flavour }: Build, arch: Arch): string {
  if (name === 'ztunnel') return `ztunnel-${sha}-${arch}`;
  return `envoy-${flavour}-${sha}${arch === 'amd64' ? '' : `-${arch}`}.tar.gz`;
}

/**
 * Istio's own mirrors: blob.istio.io since May 2026, and the bucket used before, which Istio closes in
 * December 2026.
 */
export function defaultMirrors(name: BinaryName, era: PinEra): string[] {
  const folder = name === 'envoy' ? 'proxy' : 'ztunnel';
  const places = [
    `https://blob.istio.io/istio-build/${folder}`,
    `https://storage.googleapis.com/istio-build/${folder}`,
  ];
  return era === '0.3-0.6' ? places.reverse() : places;
}

/**
 * The URL of the archive on a mirror. A mirror is a folder, to which the file's name is added; or the file
 * itself, if its path ends in `.tar.gz`, `.whl`, `.zip`, `/envoy` or `/ztunnel`; or a pattern with `{file}`,
 * `{name}`, `{sha}`, `{flavour}` or `{arch}`.
 */
export function archiveUrl(mirror: string, build: Build, arch: Arch): string {
  const file = archiveName(build, arch);
  const values: Record<string, string> = { file, arch, ...build };
  const filled = mirror.replaceAll(
    /\{(file|name|sha|flavour|arch)\}/g,
    (_, key: string) => values[key] ?? '',
  );
  if (filled !== mirror) return filled;
  const url = new URL(mirror);
  if (!/\.(tar\.gz|tgz|whl|zip)$|\/(envoy|ztunnel)$/.test(url.pathname)) {
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${file}`;
  }
  return url.href;
}

/**
 * The possible URLs of an archive's checksum file: istio/proxy replaces `.tar.gz` by `.sha256`, others append
 * `.sha256`.
 */
export function checksumUrls(archive: string): string[] {
  const { pathname } = new URL(archive);
  const paths = [pathname.replace(/\.tar\.gz$/, '.sha256'), `${pathname}.sha256`];
  return [...new Set(paths)]
    .filter((path) => path !== pathname)
    .map((path) => Object.assign(new URL(archive), { pathname: path }).href);
}

/** A URL that is safe to print and store: no credentials, and no query, which may be a signature. */
export function shownUrl(url: string): string {
  const shown = new URL(url);
  return Object.assign(shown, { username: '', password: '', search: '', hash: '' }).href;
}

/**
 * The hash in a checksum file: bare, as `hash  name` (Istio's has an absolute path there), or as
 * `SHA256 (name) = hash`. If several lines have one, the line that names `file` counts. Undefined for
 * anything else.
 */
export function parseChecksum(text: string, file: string): string | undefined {
  if (text.trimStart().startsWith('<')) return undefined;
  const hashes = text.split('\n').flatMap((line) => {
    const [hash] = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/i.exec(line) ?? [];
    return hash === undefined ? [] : [{ line, hash: hash.toLowerCase() }];
  });
  return (hashes.find(({ line }) => line.includes(file)) ?? hashes[0])?.hash;
}
