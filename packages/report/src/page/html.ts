import { printable } from '../text.ts';

/** Markup that is safe to put in a page: made by `html` alone, but for the page's own style sheet. */
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
 * A template of markup. Whatever is put into it is escaped for text and for quoted attributes, unless it is `Html`
 * itself; lists are joined, false and undefined are nothing. A page made with it alone cannot be broken by what
 * a log or a test says.
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
