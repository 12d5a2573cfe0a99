/** Tells what is going on in one short line; called as often as it likes, the receiver decides what to show. */
export type Progress = (message: string) => void;

/** What every long operation takes: a way to be stopped, and someone to tell. */
export interface Operation {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

/** Seconds as people say them: `0.4 s`, `12 s`, `3 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Bytes as people say them, in powers of 1024: `512 B`, `1.5 MiB`. */
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
 * Repeats the message with the time since the call while a silent operation runs, once every `everyMs`, so that
 * a long compile is seen to be alive. A message that changes is given as a function. Stop it with `using` or by
 * calling the symbol.
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
