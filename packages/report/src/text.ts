import { stripVTControlCharacters } from 'node:util';

/** Control characters other than tab and newline. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Characters that reverse the direction of text, so that it reads differently from what it is. */
const bidi = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text as a page may show it: without terminal colours, with carriage returns as line ends. Characters that
 * are invisible or reverse the text become U+FFFD. Pure.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(controls, '\ufffd')
    .replaceAll(bidi, '\ufffd')
    .toWellFormed();
}

/**
 * The end of a long text: at most `lines` whole lines and `characters` characters. It says what was cut.
 * Pure.
 */
export function excerpt(text: string, { lines = 40, characters = 4000 } = {}): string {
  const all = text
    .replaceAll(/\r\n?/g, '\n')
    .replace(/^(\s*\n)+/, '')
    .trimEnd()
    .split('\n');
  const last = all.slice(-lines);
  while (last.length > 1 && last.join('\n').length > characters) last.shift();
  const kept = last.join('\n').slice(-characters);
  const cut = all.length - last.length;
  return cut === 0 ? kept : `(${cut} ${cut === 1 ? 'line' : 'lines'} before)\n${kept}`;
}
