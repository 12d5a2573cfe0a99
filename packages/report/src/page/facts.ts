import { formatSeconds } from '@istio-ci/kit';
import { runSeconds } from '../figures.ts';
import type { Run } from '../schema.ts';
import { formatDate } from './format.ts';
import { type Content, html } from './html.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';

/** What was built, by what, and when. */
export function builtSection(run: Run): Section {
  const { git, versions, envoy } = run;
  const pairs: readonly (readonly [name: string, value: Content, className?: 'wide'])[] = [
    ['Distribution', run.distribution],
    ['Build tag', html`<code>${run.buildTag}</code>`],
    ['Commit', git && html`<code>${git.commit}</code>${git.dirty && ' with changes that no commit holds'}`],
    ['Branch', git?.branch],
    ['Git tags', git && (git.tags.join(', ') || 'none at this commit in this checkout')],
    ['Took', formatSeconds(runSeconds(run))],
    ['Started', html`<time datetime="${run.startedAt}">${formatDate(run.startedAt)}</time>`],
    ['Finished', html`<time datetime="${run.finishedAt}">${formatDate(run.finishedAt)}</time>`],
    ['Kubernetes', versions.kubernetes],
    ['Docker engine', versions.engine],
    ['Node', versions.node],
    ['istio-ci', versions.istioCi],
    ['Envoy pin', envoy && html`<code>${envoy.sha}</code>`, 'wide'],
    ['Envoy archive, SHA-256', envoy && html`<code>${envoy.sha256}</code>`, 'wide'],
    ['Envoy fetched from', envoy && html`<code>${envoy.url}</code>`, 'wide'],
  ];
  const body = html`<dl>
${pairs.map(([name, value, className]) => value && html`<div${className && html` class="${className}"`}><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
  return { id: 'built', title: 'What was built', body };
}

/** What was pushed: a line for each digest, with its tags. */
export function imagesSection({ images, dryRun }: Run): Section {
  const digests = Object.values(
    Object.groupBy(images, ({ where, name, digest }) => `${where} ${name} ${digest}`),
  );
  const rows = digests.flatMap((same = []) => {
    const tags = same.map(({ tag }) => html`<li>${tag}</li>`);
    return same
      .slice(0, 1)
      .map(({ name, where, digest }) => [name, html`<ul class="plain">${tags}</ul>`, where, digest]);
  });
  const columns = [
    { name: 'Image' },
    { name: 'Tags' },
    { name: 'Where' },
    { name: 'Digest', kind: 'code' as const },
  ];
  const none = dryRun
    ? 'Nothing was pushed: this was a dry run. What a push would do is among the facts of the stage push.'
    : 'Nothing was pushed.';
  const body = rows.length === 0 ? html`<p>${none}</p>` : table('Pushed images', columns, rows);
  return { id: 'images', title: 'Images', body };
}

/** The commands that do this run again. */
export function reproduceSection({ reproduce, git }: Run): Section | undefined {
  if (reproduce.length === 0) return undefined;
  const body = html`<p>In a checkout of istio-ci, these commands do this run again:</p>
${git?.dirty && html`<p class="quiet">The tree had changes that no commit holds: the commit alone is not what was built.</p>`}
<pre>${reproduce.join('\n')}</pre>`;
  return { id: 'reproduce', title: 'Reproduce', body };
}
