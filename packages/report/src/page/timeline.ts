import { type Html, html } from './html.ts';

/** One line of a timeline. Times are in seconds from the timeline's start. */
export interface TimelineRow {
  readonly label: string;
  /** The text at the line's end: its duration, or why there is none. */
  readonly note: string;
  readonly state: 'passed' | 'failed' | 'interrupted' | 'open' | 'not-run';
  /** Absent if it never started. */
  readonly start?: number;
  readonly end?: number;
  /** Since when it waited to start. */
  readonly waitedFrom?: number;
  /** A part of the line that has a chart of its own. */
  readonly part?: { readonly start: number; readonly end: number };
}

export interface Timeline {
  readonly id: string;
  readonly title: string;
  /** The same in words, for those who do not see the picture. */
  readonly description: string;
  readonly seconds: number;
  readonly rows: readonly TimelineRow[];
}

const rowHeight = 38;
const axisHeight = 22;

/**
 * The picture of what ran when. Widths are percentages and text keeps its size, so it fits every width
 * without a script. Colours are given twice, because a page that may not use its style sheet (Jenkins serves
 * artifacts with style-src 'self') must still show lines.
 */
export function timeline({ id, title, description, seconds, rows }: Timeline): Html {
  const scale = (at: number) => percent(at / (seconds || 1));
  const height = rows.length * rowHeight;
  return html`<svg class="timeline" role="img" aria-labelledby="${id}-title ${id}-description" width="100%" height="${height + axisHeight}">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
${ticks(seconds).map((at) => tick(at, scale(at), height))}
${rows.map((row, index) => line(row, index * rowHeight, scale))}</svg>`;
}

function line(row: TimelineRow, top: number, scale: (at: number) => number): Html {
  const { start, end, waitedFrom, part } = row;
  const y = top + 21;
  return html`<text class="label" x="0" y="${top + 14}" font-size="13">${shorten(row.label)}</text><text class="note" x="100%" y="${top + 14}" font-size="13" text-anchor="end">${row.note}</text><rect class="track" x="0" y="${y}" width="100%" height="10" rx="3" fill="#eeeeee"/>${
    start !== undefined && waitedFrom !== undefined && waitedFrom < start
      ? html`<line class="wait" x1="${scale(waitedFrom)}%" x2="${scale(start)}%" y1="${y + 5}" y2="${y + 5}" stroke="#666666" stroke-width="2" stroke-dasharray="2 4"/>`
      : undefined
  }${
    start !== undefined && end !== undefined
      ? html`<rect class="bar ${row.state}" x="${scale(start)}%" y="${y}" width="${Math.max(scale(end) - scale(start), 0.4)}%" height="10" rx="3" fill="#777777"/>`
      : undefined
  }${
    part
      ? html`<rect class="part" x="${scale(part.start)}%" y="${y + 3}" width="${Math.max(scale(part.end) - scale(part.start), 0.3)}%" height="4" fill="#000000"/>`
      : undefined
  }\n`;
}

function tick(at: number, x: number, height: number): Html {
  const anchor = x < 2 ? 'start' : x > 96 ? 'end' : 'middle';
  return html`<line class="tick" x1="${x}%" x2="${x}%" y1="0" y2="${height}" stroke="#dddddd"/><text class="axis" x="${x}%" y="${height + 16}" font-size="12" text-anchor="${anchor}">${formatTick(at)}</text>\n`;
}

const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1200, 3600];

/** Round moments for the axis, at most seven. Pure. */
export function ticks(seconds: number): number[] {
  const step = steps.find((candidate) => seconds / candidate <= 6) ?? Math.ceil(seconds / 6 / 3600) * 3600;
  return Array.from({ length: Math.floor(seconds / step + 1e-9) + 1 }, (_, index) => index * step);
}

function formatTick(at: number): string {
  if (at === 0) return '0';
  return at % 60 === 0 ? `${at / 60} min` : `${Number(at.toFixed(1))} s`;
}

function percent(ratio: number): number {
  return Number((Math.min(Math.max(ratio, 0), 1) * 100).toFixed(3));
}

/** The label shares its line with the note, even on a narrow screen. */
function shorten(label: string): string {
  return label.length <= 28 ? label : `${label.slice(0, 27)}…`;
}
