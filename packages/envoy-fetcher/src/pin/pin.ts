import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';
import type { BinaryName, Build, Flavour, PinEra } from './build.ts';
import { depsPins, dockerfilePins, isLaterDockerfile, type PinLine, workspacePins } from './sources.ts';

/** A build, and where the source tree pins it. */
export interface EnvoyPin extends Build {
  /** The file, relative to the root, and the line of the pin. Undefined for a pin in the configuration. */
  readonly file?: string;
  readonly line?: number;
  readonly era: PinEra;
}

/** Where to look: paths relative to the root, or the pin itself. If there are several, they must agree. */
export interface PinSources {
  readonly dockerfile?: string | undefined;
  readonly workspace?: string | undefined;
  readonly deps?: string | undefined;
  readonly sha?: string | undefined;
  /** The flavour of an explicit `sha`; `alpha`, Istio's release build, by default. */
  readonly flavour?: Flavour | undefined;
}

export interface PinRequest {
  readonly root: string;
  /** `auto` searches the usual places of every era and uses what it finds. */
  readonly sources: PinSources | 'auto';
  readonly name?: BinaryName;
}

/** What was found in one place: pins, or why there are none. */
interface Finding {
  readonly place: string;
  readonly pins: readonly EnvoyPin[];
  readonly nothing?: string;
  /** Advice, if there is any. */
  readonly hint?: string | undefined;
}

const checkouts = ['', 'src/istio.io/istio/'];
const placesOfEras: readonly PinSources[] = checkouts.flatMap((checkout) => [
  { dockerfile: `${checkout}pilot/docker/Dockerfile.proxy_debug` },
  { workspace: `${checkout}WORKSPACE` },
  { deps: `${checkout}istio.deps` },
]);

/**
 * Finds the one pin of a source tree.
 * @throws {CiError} ENVOY_PIN_MISSING, ENVOY_PIN_INVALID or ENVOY_PIN_CONFLICT
 */
export async function resolvePin({ root, sources, name = 'envoy' }: PinRequest): Promise<EnvoyPin> {
  const auto = sources === 'auto';
  const asked = auto ? placesOfEras : [sources];
  const findings = (await Promise.all(asked.map((one) => look(root, one, name)))).flat();
  return decidePin(name, findings, auto);
}

/** Where a pin is, for messages: `istio.deps:7`. */
export function pinOrigin({ file, line }: Pick<EnvoyPin, 'file' | 'line'>): string {
  return file === undefined ? 'the configuration' : `${file}:${line}`;
}

function decidePin(name: BinaryName, findings: readonly Finding[], auto: boolean): EnvoyPin {
  const pins = findings.flatMap((finding) => finding.pins);
  const empty = findings.filter((finding) => finding.pins.length === 0);
  const [first] = pins;
  if (first === undefined || (!auto && empty.length > 0)) {
    const searched = empty.map(({ place, nothing }) => `${place} (${nothing})`);
    throw envoyErrors.pinMissing(
      name,
      searched.length === 0 ? ['nothing'] : searched,
      empty.find(({ hint }) => hint)?.hint,
    );
  }
  if (pins.some(({ sha }) => sha !== first.sha)) {
    throw envoyErrors.pinConflict(
      name,
      pins.map((pin) => ({ where: pinOrigin(pin), sha: pin.sha })),
    );
  }
  return first;
}

async function look(root: string, sources: PinSources, name: BinaryName): Promise<Finding[]> {
  const { dockerfile, workspace, deps, sha, flavour } = sources;
  const findings: Finding[] = [];
  const files = [
    // ztunnel is younger than the Dockerfile and WORKSPACE pins: only istio.deps has it.
    ...(name === 'envoy'
      ? ([
          [dockerfile, '0.3-0.6', dockerfilePins],
          [workspace, '0.3-0.6', workspacePins],
        ] as const)
      : []),
    [deps, '0.7+', (text: string) => depsPins(text, name)] as const,
  ];
  for (const [file, era, parse] of files) {
    if (file !== undefined) findings.push(await readPins(root, file, name, era, parse));
  }
  if (sha !== undefined) {
    checkSha('the configuration', sha);
    const own = flavour ?? (name === 'envoy' ? 'alpha' : 'release');
    findings.push({
      place: 'the configuration',
      pins: [{ name, sha, flavour: own, era: 'explicit' }],
    });
  }
  return findings;
}

async function readPins(
  root: string,
  file: string,
  name: BinaryName,
  era: PinEra,
  parse: (text: string) => PinLine[],
): Promise<Finding> {
  const text = await readFile(join(root, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw envoyErrors.pinInvalid(file, '', messageOf(error));
  });
  if (text === undefined) return { place: file, pins: [], nothing: 'there is no such file' };
  const lines = parseOrThrow(file, text, parse);
  const pins = lines.map(({ line, value, flavour }): EnvoyPin => {
    checkSha(`${file}:${line}`, value);
    return { name, sha: value, flavour, file, line, era };
  });
  const later = isLaterDockerfile(text);
  return {
    place: file,
    pins,
    nothing: later ? 'it has FROM istionightly/base_debug, so the tree is 0.7 or later' : 'it has no pin',
    hint: later
      ? 'From 0.7 on, the pin is in istio.deps: set envoy.deps in istio-ci.yaml to that file.'
      : undefined,
  };
}

function parseOrThrow(file: string, text: string, parse: (text: string) => PinLine[]): PinLine[] {
  try {
    return parse(text);
  } catch (error) {
    const [, line] = /line (\d+)/.exec(messageOf(error)) ?? [];
    throw envoyErrors.pinInvalid(`${file}:${line ?? 1}`, text.slice(0, 40), messageOf(error));
  }
}

function checkSha(where: string, value: string): void {
  if (!/^[0-9a-f]{40}$/.test(value)) throw envoyErrors.pinInvalid(where, value, whyNoSha(value));
}

function whyNoSha(value: string): string {
  if (value === '') return 'it is empty';
  if (value.includes('$') || /^ARG\b/i.test(value)) return 'it contains a variable, which is not resolved';
  if (value.includes('@sha256:')) return 'it is the digest of an image, not a commit';
  if (/^[0-9a-fA-F]{40}\s/.test(value)) return 'the line has more text after it';
  if (/^[0-9a-fA-F]{40}$/.test(value)) return 'it has upper-case digits';
  if (/^[0-9a-f]+$/.test(value)) return `it has ${value.length} digits, not 40`;
  return 'it is not 40 hex digits';
}
