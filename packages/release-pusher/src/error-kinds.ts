import { CiError, type ErrorText, type ExitKind } from '@istio-ci/kit';

const make =
  (kind: ExitKind) =>
  (code: string, message: string, remedy: string, more: Partial<ErrorText> = {}) =>
    new CiError({ code, kind, message, remedy, ...more });

export const usage = make('usage');
export const source = make('source');
export const integrity = make('integrity');
export const registry = make('registry');
export const partial = make('partial');

/** What a sentence names: at most so many, then how many more there are. */
export const list = (names: readonly string[], most = 20) =>
  `${names.slice(0, most).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;

export const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
