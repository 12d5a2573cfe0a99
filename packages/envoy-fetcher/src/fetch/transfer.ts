import { formatBytes, formatSeconds, type Http, type Progress } from '@istio-ci/kit';
import { frugal } from './frugal.ts';
import type { Part } from './part.ts';
import type { Failure } from './retry.ts';
import { BodyError, openUrl } from './source.ts';

export interface TransferOptions {
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly progress?: Progress | undefined;
  /** What the progress lines begin with. */
  readonly title: string;
  /** More bytes than this are not taken. */
  readonly maxBytes: number;
}

/**
 * Asks a URL once and adds what comes to the part, going on where it stopped if the server agrees.
 * @returns nothing once the part has all that the server promised, else why it has not
 * @throws {CiError} ENVOY_STORE when our own disk fails; the abort reason
 */
export async function transfer(
  url: string,
  part: Part,
  options: TransferOptions,
): Promise<Failure | undefined> {
  const { http, signal, maxBytes } = options;
  const resume = await part.resumable(url);
  const answer = await openUrl(url, http, signal, resume);
  if ('kind' in answer) {
    // A range that is refused or wrong would be so again: the next try asks for the whole file.
    if (resume && answer.kind === 'transient' && /^HTTP (206|416)/.test(answer.reason))
      await part.restart(undefined);
    return answer;
  }
  const { total, validator } = answer;
  if (answer.from > 0) await part.resume();
  else await part.restart(validator === undefined ? undefined : { url, validator });
  const before = part.size;
  const report = reporter(options, total, before);
  try {
    for await (const chunk of frugal(answer.body)) {
      await part.append(chunk);
      report(part.size);
      if (part.size > (total ?? maxBytes)) break;
    }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return cut(`cut after ${part.size}${total === undefined ? '' : ` of ${total}`} bytes, ${error.message}`);
  }
  if (part.size > maxBytes) return { kind: 'refused', reason: `larger than ${formatBytes(maxBytes)}` };
  if (total === undefined || part.size === total) return undefined;
  if (part.size < total) return cut(`ended after ${part.size} of ${total} bytes`);
  await part.restart(undefined);
  return { kind: 'transient', reason: `more than the ${total} bytes it promised` };

  function cut(reason: string): Failure {
    return { kind: 'transient', reason, progressed: part.size > before };
  }
}

/** Tells how far it is, at most ten times a second: `Envoy 0a12a02f: 12.0 MiB of 35.2 MiB, 48.1 MiB/s, 0.5 s left`. */
function reporter({ progress, title }: TransferOptions, total: number | undefined, before: number) {
  const start = performance.now();
  let last = start;
  return (size: number) => {
    const now = performance.now();
    if (!progress || (now - last < 100 && size !== total)) return;
    last = now;
    const rate = (size - before) / Math.max(0.001, (now - start) / 1000);
    const left = total === undefined ? '' : `, ${formatSeconds((total - size) / rate)} left`;
    const of = total === undefined ? '' : ` of ${formatBytes(total)}`;
    progress(`${title}: ${formatBytes(size)}${of}, ${formatBytes(rate)}/s${left}`);
  };
}
