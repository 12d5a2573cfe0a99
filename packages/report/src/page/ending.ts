import { endingStage } from '../figures.ts';
import type { Run, Stage } from '../schema.ts';
import { plural } from './format.ts';
import { type Html, html } from './html.ts';
import type { Section } from './section.ts';

/** The error of the stage that ended the run, what to do, and the end of its log. */
export function endingSection(run: Run): Section | undefined {
  const stage = endingStage(run);
  if (stage === undefined) return undefined;
  const { name, result, error, log } = stage;
  return {
    id: 'ending',
    title: result === 'failed' ? `What failed: ${name}` : `Where it stopped: ${name}`,
    className: `ending ${result}`,
    body: html`${error && errorMarkup(error, log?.tail ?? [])}
${error && result === 'failed' && html`<p class="quiet">Error code <code>${error.code}</code></p>`}
${log && logExcerpt(name, log)}`,
  };
}

/** A failed command's last lines are among the causes of its error; here the log shows them. */
function errorMarkup(error: NonNullable<Stage['error']>, tail: readonly string[]): Html {
  const { message, remedy, evidence } = error;
  const causes = error.causes.filter((cause) => !tail.some((line) => line.trim() && cause.includes(line)));
  return html`<p class="message">${message}</p>
${causes.length > 0 && html`<ul class="causes">${causes.map((cause) => html`<li>because: ${cause}</li>`)}</ul>`}
${remedy && html`<p><strong>What to do:</strong> ${remedy}</p>`}
${evidence && html`<p>Logs and state of the cluster: <code>${evidence}</code></p>`}`;
}

/** The logs of the other stages. */
export function logsSection(run: Run): Section | undefined {
  const ending = endingStage(run);
  const logs = run.stages.filter((stage) => stage !== ending && stage.log !== undefined);
  if (logs.length === 0) return undefined;
  return {
    id: 'logs',
    title: ending?.log ? 'Logs of the other stages' : 'Logs',
    body: html`${logs.map(
      ({ name, log }) => html`<details>
<summary><span class="name">${name}</span></summary>
${log && logExcerpt(name, log)}
</details>
`,
    )}`,
  };
}

/** The last lines of a stage's log, and where the whole is. */
function logExcerpt(stage: string, { path, tail }: NonNullable<Stage['log']>): Html {
  const href = path.split('/').map(encodeURIComponent).join('/');
  const what = tail.length === 0 ? 'The log is empty' : `The last ${plural(tail.length, 'line')} of ${stage}`;
  return html`<p class="quiet">${what}; whole log: <a href="./${href}">${path}</a></p>
${tail.length > 0 && html`<pre>${tail.join('\n')}</pre>`}`;
}
