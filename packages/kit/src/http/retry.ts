/**
 * Milliseconds that a `Retry-After` header asks for: seconds or an HTTP date; undefined if it is neither.
 * Pure.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Milliseconds to wait before the next attempt: the schedule's delay ±20 %, or what the server asked for if
 * that is longer. Earlier attempts make a 429 worse (containerd#10447). `random` is in 0..1. Pure.
 */
export function retryDelay(scheduledMs: number, askedMs: number | undefined, random: number): number {
  return Math.max(askedMs ?? 0, Math.round(scheduledMs * (0.8 + 0.4 * random)));
}
