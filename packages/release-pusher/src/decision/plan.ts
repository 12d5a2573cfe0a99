import { releaseErrors } from '../errors.ts';
import { candidateTag, isLegalTag } from './candidate-tag.ts';
import type { TreeState } from './tree.ts';
import { isReserved, movingTags, parseVersion, type TagGrammar } from './version.ts';

/** A git tag at HEAD. */
export interface TagAtHead {
  readonly name: string;
  readonly annotated: boolean;
}

/** Why there is no release. */
type NoReleaseReason = 'NO_TAG' | 'TAGS_UNKNOWN' | 'SEVERAL_TAGS';

export type ReleaseChoice =
  | {
      readonly kind: 'tag';
      readonly tag: string;
      readonly annotated: boolean;
      readonly moving: readonly string[];
    }
  | { readonly kind: 'none'; readonly reason: NoReleaseReason; readonly message: string };

/** What a push will do, decided before the first byte. */
export interface ReleasePlan {
  readonly commit: string;
  readonly tree: TreeState;
  /** The tag under which the tested images are pushed: BUILD_TAG made legal. */
  readonly candidateTag: string;
  readonly release: ReleaseChoice;
  readonly tagsAtHead: readonly TagAtHead[];
  readonly grammar: TagGrammar;
}

/** The facts about the source that the decision is based on. */
export interface ReleaseFacts {
  readonly tree: TreeState;
  readonly tagsAtHead: readonly TagAtHead[];
  /** Why tags may be missing from this clone; undefined when it has them all. */
  readonly tagsMissing: string | undefined;
  /** The commit that GIT_COMMIT names; undefined when it is not set. */
  readonly gitCommit: string | undefined;
  readonly tagName: string | undefined;
  readonly buildTag: string | undefined;
  readonly now: Date;
}

export interface ReleaseOptions {
  readonly grammar?: TagGrammar | undefined;
  /** "No release" is an error. A set TAG_NAME says the same. */
  readonly requireRelease?: boolean | undefined;
  /** Lets a candidate be pushed from a tree with changes, under `<tag>-dirty`; a release never is. */
  readonly allowDirty?: boolean | undefined;
}

/**
 * Decides what to push. Pure.
 * @throws {CiError} WRONG_REF, TREE_DIRTY, TAG_NOT_SEMVER, BUILD_TAG_RESERVED; with a release required, the
 * reason for "none" as code
 */
export function planRelease(facts: ReleaseFacts, options: ReleaseOptions = {}): ReleasePlan {
  const { tree, tagsAtHead, gitCommit } = facts;
  const grammar = options.grammar ?? {};
  if (gitCommit !== undefined && gitCommit !== tree.commit)
    throw releaseErrors.wrongCommit(gitCommit, tree.commit);
  const release = chooseRelease(facts, grammar);
  if (release.kind === 'none' && (options.requireRelease || facts.tagName !== undefined))
    throw releaseErrors.releaseRequired(release.reason, release.message);
  if (!tree.clean && (release.kind === 'tag' || !options.allowDirty))
    throw releaseErrors.treeDirty(tree.changed, release.kind === 'tag' ? release.tag : undefined);
  const buildTag = facts.buildTag ?? unnamedBuild(tree.commit, facts.now);
  const candidate = candidateTag(tree.clean ? buildTag : `${buildTag}-dirty`);
  if (isReserved(candidate, grammar) || (release.kind === 'tag' && candidate === release.tag))
    throw releaseErrors.buildTagReserved(candidate);
  return {
    commit: tree.commit,
    tree,
    candidateTag: candidate,
    release,
    tagsAtHead,
    grammar,
  };
}

/** Unique, so that a developer's second push of one commit does not meet the first one's tag. */
function unnamedBuild(commit: string, now: Date): string {
  return `dev-${commit.slice(0, 12)}-${now.toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;
}

function chooseRelease(
  { tagsAtHead, tagsMissing, tagName }: ReleaseFacts,
  grammar: TagGrammar,
): ReleaseChoice {
  const wanted = tagName === undefined ? tagsAtHead : tagsAtHead.filter(({ name }) => name === tagName);
  if (wanted.length === 0) {
    if (tagsMissing !== undefined)
      return none('TAGS_UNKNOWN', `No tag is known at HEAD, and ${tagsMissing}.`);
    if (tagName !== undefined) throw releaseErrors.tagNotAtHead(tagName, tagsAtHead);
    return none('NO_TAG', 'HEAD carries no tag.');
  }
  const releases = wanted.filter(({ name }) => isReleaseTag(name, grammar));
  const [only, ...others] = releases;
  if (!only) throw releaseErrors.tagNotSemver(wanted.map(({ name }) => name));
  if (others.length > 0) {
    const names = releases.map(({ name }) => name).join(', ');
    return none('SEVERAL_TAGS', `HEAD carries ${releases.length} release tags: ${names}.`);
  }
  const version = parseVersion(only.name, grammar);
  return {
    kind: 'tag',
    tag: only.name,
    annotated: only.annotated,
    moving: version ? movingTags(version) : [],
  };
}

function isReleaseTag(tag: string, grammar: TagGrammar): boolean {
  if (!isLegalTag(tag)) return false;
  if (parseVersion(tag, grammar)) return true;
  return grammar.pattern !== undefined && new RegExp(`^(?:${grammar.pattern})$`).test(tag);
}

function none(reason: NoReleaseReason, message: string): ReleaseChoice {
  return { kind: 'none', reason, message };
}
