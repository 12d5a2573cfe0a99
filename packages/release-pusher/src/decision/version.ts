import { compare, parse, type SemVer } from 'semver';
import { variants } from '../variants.ts';

/** How a distribution names its releases, in addition to plain `v?X.Y.Z[-pre]`. */
export interface TagGrammar {
  /**
   * Vendor suffixes in ascending order: `['acme', 'acmefips']` reads `1.29.1-acme.2` and puts it before
   * `-acmefips`.
   */
  readonly vendor?: readonly string[];
  /** A regular expression for tags that follow no known grammar; they are released, but move no other tag. */
  readonly pattern?: string;
}

/** A release tag, read. */
export interface ReleaseVersion {
  readonly tag: string;
  readonly prefix: 'v' | '';
  readonly core: SemVer;
  /** One pair per suffix: its index in the grammar's vendor list, and its number (0 if it has none). */
  readonly vendor: readonly (readonly [rank: number, number: number])[];
}

const shape = /^(v?)(\d+\.\d+\.\d+)(?:-([0-9A-Za-z.-]+))?$/;

/**
 * Reads `v?X.Y.Z[-pre][-vendor[.]N…]`; undefined for anything else, `+build` included: an image tag cannot
 * hold it.
 */
export function parseVersion(tag: string, grammar: TagGrammar = {}): ReleaseVersion | undefined {
  const match = shape.exec(tag);
  if (!match) return undefined;
  const [, prefix = '', numbers = '', rest = ''] = match;
  const { pre, vendor } = splitVendor(rest, grammar.vendor ?? []);
  const core = parse(pre === '' ? numbers : `${numbers}-${pre}`);
  return core ? { tag, prefix: prefix === 'v' ? 'v' : '', core, vendor } : undefined;
}

/**
 * Takes vendor suffixes off the end: `rc.1-acme.2` is the pre-release `rc.1` and the suffix `acme` number 2.
 */
function splitVendor(rest: string, names: readonly string[]) {
  const parts = rest === '' ? [] : rest.split('-');
  const vendor: (readonly [number, number])[] = [];
  for (let part = parts.at(-1); part !== undefined; part = parts.at(-1)) {
    const found = vendorPart(part, names);
    if (!found) break;
    vendor.unshift(found);
    parts.pop();
  }
  return { pre: parts.join('-'), vendor };
}

function vendorPart(part: string, names: readonly string[]): readonly [number, number] | undefined {
  for (const [rank, name] of names.entries()) {
    const number = part.startsWith(name) ? /^(?:\.?(\d+))?$/.exec(part.slice(name.length)) : null;
    if (number) return [rank, Number(number[1] ?? 0)];
  }
  return undefined;
}

/**
 * The distribution's own order: by version, a pre-release before its release (semver), then by vendor suffix,
 * none before any. In semver `1.29.1-acme.2` would come before `1.29.1`, but a vendor's build follows the
 * release.
 */
export function compareVersions(a: ReleaseVersion, b: ReleaseVersion): number {
  const byCore = compare(a.core, b.core);
  if (byCore !== 0) return byCore;
  for (let index = 0; index < Math.max(a.vendor.length, b.vendor.length); index += 1) {
    const [rankA, numberA] = a.vendor[index] ?? [-1, 0];
    const [rankB, numberB] = b.vendor[index] ?? [-1, 0];
    if (rankA !== rankB) return rankA - rankB;
    if (numberA !== numberB) return numberA - numberB;
  }
  return 0;
}

/** The tags that follow a release: its line (`1.29`) and `latest`. A pre-release moves none. */
export function movingTags(version: ReleaseVersion): string[] {
  if (version.core.prerelease.length > 0) return [];
  return [lineOf(version), 'latest'];
}

/**
 * True for the tag of a release, or one that follows releases, in any variant: a build must not use it as its
 * name. Pure.
 */
export function isReserved(tag: string, grammar: TagGrammar = {}): boolean {
  return variants
    .filter((ending) => tag.endsWith(ending))
    .map((ending) => tag.slice(0, tag.length - ending.length))
    .some(
      (name) => name === 'latest' || /^v?\d+\.\d+$/.test(name) || parseVersion(name, grammar) !== undefined,
    );
}

/**
 * True when `version` may take `movingTag`: no release that is already out and that the tag covers is newer.
 */
export function mayMove(movingTag: string, version: ReleaseVersion, out: readonly ReleaseVersion[]): boolean {
  const covers = (other: ReleaseVersion) =>
    other.core.prerelease.length === 0 && (movingTag === 'latest' || lineOf(other) === movingTag);
  return out.filter(covers).every((other) => compareVersions(other, version) <= 0);
}

function lineOf({ prefix, core }: ReleaseVersion): string {
  return `${prefix}${core.major}.${core.minor}`;
}
