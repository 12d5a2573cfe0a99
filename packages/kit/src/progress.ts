/** Reports progress in one short line. It may be called at any rate: the receiver decides what to show. */
export type Progress = (message: string) => void;

/** The options of every long operation: how to stop it, and where it reports progress. */
export interface Operation {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

/** Formats seconds for people: `0.4 s`, `12 s`, `3 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Formats bytes for people, in powers of 1024: `512 B`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/**
 * Repeats the message every `everyMs` with the time since the call, so that a long silent operation is seen
 * to be alive. Pass a function if the message changes. It stops when it is disposed of.
 */
export function tick(
  progress: Progress | undefined,
  message: string | (() => string),
  everyMs = 1000,
): Disposable {
  const start = performance.now();
  const text = typeof message === 'string' ? () => message : message;
  const say = () => progress?.(`${text()} (${formatSeconds((performance.now() - start) / 1000)})`);
  const timer = setInterval(say, everyMs);
  say();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
