import { readFileSync } from 'node:fs';

const sheets = ['colours', 'text', 'parts', 'tables', 'media'];

/** The page's style sheet: the files of `style/` in cascade order. */
export const style = sheets
  .map((name) => readFileSync(new URL(`./style/${name}.css`, import.meta.url), 'utf8'))
  .join('\n');
