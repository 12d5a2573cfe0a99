import { type Http, openGit } from '@istio-ci/kit';
import type { Arch } from '../pin/build.ts';
import type { EnvoyPin } from '../pin/pin.ts';
import { depsPins, dockerfilePins, workspacePins } from '../pin/sources.ts';
import { archiveUrl } from './artifacts.ts';
import { openUrl } from './transfer.ts';

/** How many tags are tried. An older pin would not be useful advice. */
const tagsTried = 5;

/** A tag of the source tree, and its pin, which a mirror has. */
export interface Nearest {
  readonly tag: string;
  readonly sha: string;
}

/**
 * The newest tag before HEAD whose pin a mirror has. Undefined if there is none, or if git fails: this is
 * advice for another error, so only an abort makes it fail.
 */
export async function nearestPublished(
  root: string,
  pin: EnvoyPin,
  arch: Arch,
  mirrors: readonly string[],
  http: Http,
  signal: AbortSignal,
): Promise<Nearest | undefined> {
  const git = openGit(root, { signal });
  if (pin.file === undefined) return undefined;
  try {
    const tags = await git('tag', '--merged', 'HEAD', '--sort=-creatordate');
    for (const tag of tags.split('\n').filter(Boolean).slice(0, tagsTried)) {
      const sha = pinIn(await git('show', `${tag}:./${pin.file}`), pin);
      if (sha === undefined || sha === pin.sha) continue;
      for (const mirror of mirrors) {
        const url = archiveUrl(mirror, { ...pin, sha }, arch);
        if (url.includes(sha) && (await exists(url, http, signal))) return { tag, sha };
      }
    }
  } catch {
    signal.throwIfAborted();
  }
  return undefined;
}

function pinIn(text: string, { name, file = '' }: EnvoyPin): string | undefined {
  const parse = file.includes('Dockerfile')
    ? dockerfilePins
    : file.endsWith('WORKSPACE')
      ? workspacePins
      : undefined;
  const [first] = parse ? parse(text) : depsPins(text, name);
  return first && /^[0-9a-f]{40}$/.test(first.value) ? first.value : undefined;
}

async function exists(url: string, http: Http, signal: AbortSignal): Promise<boolean> {
  const answer = await openUrl(url, http, signal);
  if ('kind' in answer) return false;
  // The first bytes are enough. Leaving the loop closes the connection.
  for await (const _ of answer.body) break;
  return true;
}
