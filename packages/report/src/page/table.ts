import { type Content, type Html, html } from './html.ts';

export interface Column {
  readonly name: string;
  /** `number` is right-aligned, `code` is in a code font, `name` stays on one line if there is room. */
  readonly kind?: 'number' | 'code' | 'name';
}

/**
 * A table with a caption; the first cell of a row is its header. On a narrow screen the style sheet stacks
 * the cells, which takes the table's meaning from some browsers: the roles give it back.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Html {
  const cell = (content: Content, index: number) => {
    const { name = '', kind } = columns[index] ?? {};
    return index === 0
      ? html`<th scope="row" role="rowheader"${classOf(kind)}>${content}</th>`
      : html`<td role="cell"${classOf(kind)} data-label="${name}">${content}</td>`;
  };
  return html`<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    ({ name, kind }) => html`<th scope="col" role="columnheader"${classOf(kind)}>${name}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => html`<tr role="row">${row.map(cell)}</tr>\n`)}</tbody>
</table>`;
}

function classOf(kind: Column['kind']): Content {
  return kind && html` class="${kind}"`;
}
