import { type Html, html } from './html.ts';

/** What an icon can say; the word beside it says the same. */
export type Mark = 'passed' | 'failed' | 'interrupted' | 'skipped' | 'not run';

const shapes: Readonly<Record<Mark, Html>> = {
  passed: html`<path d="M3.5 8.5l3 3 6-7"/>`,
  failed: html`<path d="M4 4l8 8M12 4l-8 8"/>`,
  interrupted: html`<path d="M4.5 4.5h7v7h-7z"/>`,
  skipped: html`<path d="M4 8h8"/>`,
  'not run': html`<circle cx="8" cy="8" r="3.5"/>`,
};

/** A result: its icon and its word. */
export function result(mark: Mark, word: string = mark): Html {
  return html`<span class="result ${mark.replace(' ', '-')}"><svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shapes[mark]}</svg> ${word}</span>`;
}
