import type { BinaryName, Flavour } from './build.ts';

/** A line that pins a binary. `value` is unchanged; the caller checks whether it is a pin. */
export interface PinLine {
  readonly line: number;
  readonly value: string;
  readonly flavour: Flavour;
}

/** The `FROM …/envoy-debug:<sha>` and `FROM …/envoy:<sha>` lines of a Dockerfile (0.3 to 0.6). */
export function dockerfilePins(text: string): PinLine[] {
  return numbered(text).flatMap(({ line, content }) => {
    if (/^\s*ARG\s.*\benvoy-debug\b/i.test(content)) {
      return [{ line, value: content.trim(), flavour: 'debug' as const }];
    }
    const [, rest] = /^\s*FROM\s+(?:--platform=\S+\s+)?(\S.*)$/i.exec(content) ?? [];
    const [image = '', ...more] = rest?.trim().split(/\s+/) ?? [];
    const [, debug, tag] = /(?:^|\/)envoy(-debug)?([:@].*|)$/.exec(image) ?? [];
    if (tag === undefined) return [];
    const named = more.length === 2 && more[0]?.toUpperCase() === 'AS';
    const value = [tag.replace(/^:/, ''), ...(named ? [] : more)].join(' ');
    return [{ line, value, flavour: debug ? ('debug' as const) : ('alpha' as const) }];
  });
}

/** True for a Dockerfile of 0.7 or later. It does not pin Envoy: the build copies Envoy into the image. */
export function isLaterDockerfile(text: string): boolean {
  return /^\s*FROM\s+istionightly\/base_debug\b/im.test(text);
}

/**
 * The `ISTIO_PROXY_BUCKET = "<sha>"` lines of a Bazel WORKSPACE (0.2 to 0.4). The URL there is that of the
 * debug flavour.
 */
export function workspacePins(text: string): PinLine[] {
  return numbered(text).flatMap(({ line, content }) => {
    const [, value] = /^\s*ISTIO_PROXY_BUCKET\s*=\s*(.*)$/.exec(content) ?? [];
    if (value === undefined) return [];
    const [, quoted] = /^(?:"([^"]*)"|'[^']*')\s*(?:#.*)?$/.exec(value) ?? [];
    return [{ line, value: quoted ?? value, flavour: 'debug' as const }];
  });
}

const depsNames: Readonly<Record<BinaryName, string>> = {
  envoy: 'PROXY_REPO_SHA',
  ztunnel: 'ZTUNNEL_REPO_SHA',
};

/**
 * The entry of a binary in `istio.deps` (0.7 and later): a JSON array of `{name, lastStableSHA}`.
 * @throws {SyntaxError} on text that is not such an array
 */
export function depsPins(text: string, name: BinaryName): PinLine[] {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw new SyntaxError('it is not a JSON array');
  const flavour = name === 'envoy' ? 'alpha' : 'release';
  const own = entries.filter((entry) => entry?.name === depsNames[name]);
  const lines = valueLines(text, depsNames[name]);
  return own.map((entry, index) => ({
    line: lines[index] ?? 1,
    value: String(entry.lastStableSHA ?? ''),
    flavour,
  }));
}

/** The line of the first `lastStableSHA` after each entry's name. Parsed JSON has no line numbers. */
function valueLines(text: string, name: string): number[] {
  const lines = numbered(text);
  const named = lines.filter(({ content }) => content.includes(`"${name}"`));
  return named.map(({ line }) => {
    const value = lines.find((other) => other.line >= line && other.content.includes('"lastStableSHA"'));
    return value?.line ?? line;
  });
}

function numbered(text: string): { line: number; content: string }[] {
  return text.split(/\r?\n/).map((content, index) => ({ line: index + 1, content }));
}
