/** Which session a command line is about, and what is left of it for the program that it is passed to. */
export interface PassedThrough {
  readonly session?: string;
  readonly words: readonly string[];
}

/**
 * Takes `[SESSION] [--] WORDS...` apart: a first word is the session where `--` follows it, or where a session of
 * that name is there. (Commander has already taken a `--` that came first.) Pure.
 */
export function passedThrough(all: readonly string[], sessions: readonly string[]): PassedThrough {
  const [first, second] = all;
  if (first !== undefined && second === '--') return { session: first, words: all.slice(2) };
  if (first !== undefined && sessions.includes(first)) return { session: first, words: all.slice(1) };
  return { words: all };
}
