/** The session that a command line names, and the words for the program that it runs. */
export interface PassedThrough {
  readonly session?: string;
  readonly words: readonly string[];
}

/**
 * Parses `[SESSION] [--] WORDS...`. The first word is the session if `--` follows it, or if there is a
 * session of that name. (Commander has already removed a `--` in the first place.) Pure.
 */
export function passedThrough(all: readonly string[], sessions: readonly string[]): PassedThrough {
  const [first, second] = all;
  if (first !== undefined && second === '--') return { session: first, words: all.slice(2) };
  if (first !== undefined && sessions.includes(first)) return { session: first, words: all.slice(1) };
  return { words: all };
}
