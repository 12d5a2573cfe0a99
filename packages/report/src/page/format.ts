import { formatBytes, formatSeconds } from '@istio-ci/kit';

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});

/** A moment as people read it, in UTC: `22 Nov 2026, 14:03:05 UTC`. */
export function formatDate(iso: string): string {
  return `${dateFormat.format(new Date(iso))} UTC`;
}

/** Milliseconds as people say them: `85 ms`, `1.2 s`. */
export function formatMilliseconds(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : formatSeconds(ms / 1000);
}

/** Seconds of a test, which are often parts of one: `85 ms`, `1.2 s`. */
export function formatShortSeconds(seconds: number): string {
  return formatMilliseconds(seconds * 1000);
}

/** `1 test`, `2 tests`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A fact's name and value for people: `archiveBytes: 1024` is "archive", "1.0 KiB". */
export function formatFact(name: string, value: string | number | boolean): readonly [string, string] {
  if (typeof value === 'number' && /.Bytes$/.test(name))
    return [words(name.slice(0, -5)), formatBytes(value)];
  if (typeof value === 'number' && /.Seconds$/.test(name)) {
    return [words(name.slice(0, -7)), formatSeconds(value)];
  }
  if (typeof value === 'boolean') return [words(name), value ? 'yes' : 'no'];
  return [words(name), String(value)];
}

function words(camelCase: string): string {
  return camelCase.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}
