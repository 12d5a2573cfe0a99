import { printable } from '../text.ts';

/** Markup that is safe to put in a page: made by `html`, or the page's own style sheet. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = Html | string | number | false | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template of markup. Values are escaped for text and for quoted attributes, unless they are `Html`
 * already; lists are joined, and false and undefined become nothing. No log or test can break a page made
 * only with this.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.map((part, index) => part + markupOf(values[index])).join(''));
}

function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return printable(String(content)).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
