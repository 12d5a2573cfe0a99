import { type Html, html } from './html.ts';

/** A part of the page with a heading of its own, which the contents link to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  /** Set for a section that has to stand out. */
  readonly className?: string;
}

/** The section in the page. */
export function sectionMarkup({ id, title, body, className }: Section): Html {
  return html`<section${className && html` class="${className}"`} aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`;
}

/** Links to the sections. */
export function contents(sections: readonly Section[]): Html {
  return html`<nav aria-label="On this page"><ul>
${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>`;
}
