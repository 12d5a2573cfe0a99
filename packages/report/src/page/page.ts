import { formatSeconds, sha256 } from '@istio-ci/kit';
import { countTests, endingStage, runSeconds } from '../figures.ts';
import type { Run } from '../schema.ts';
import { bootSection } from './boot.ts';
import { endingSection, logsSection } from './ending.ts';
import { builtSection, imagesSection, reproduceSection } from './facts.ts';
import { plural } from './format.ts';
import { Html, html } from './html.ts';
import { result } from './icon.ts';
import { contents, sectionMarkup } from './section.ts';
import { stagesSection } from './stages.ts';
import { style } from './style.ts';
import { countsInWords, testsSection } from './tests.ts';

/** The page needs only its own style. Should foreign markup ever get in, a browser would not act on it. */
const policy = `default-src 'none'; style-src 'sha256-${Buffer.from(sha256(style), 'hex').toString('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * The page of a run: one HTML file without scripts or external resources. It shows what the run's record
 * contains and nothing else. Pure.
 */
export function renderReport(run: Run): string {
  const sections = [
    endingSection(run),
    builtSection(run),
    stagesSection(run),
    bootSection(run),
    testsSection(run),
    imagesSection(run),
    logsSection(run),
    reproduceSection(run),
  ].filter((section) => section !== undefined);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${capital(run.result)}${run.dryRun && ' (dry run)'}: ${run.distribution} ${run.buildTag}</title>
<style>${new Html(style)}</style>
</head>
<body>
${banner(run)}
${contents(sections)}
<main>
${sections.map(sectionMarkup)}</main>
<footer><p>Made by istio-ci ${run.versions.istioCi} from <a href="./run.json">run.json</a>, which holds the same for machines.</p></footer>
</body>
</html>
`.markup;
}

function banner(run: Run): Html {
  const stage = endingStage(run);
  const time = formatSeconds(runSeconds(run));
  const verdict = `${stage ? `in ${stage.name} after ${time}` : `in ${time}`}${run.dryRun ? ', a dry run' : ''}`;
  const counts = countTests(run.tests.flatMap(({ cases }) => cases));
  const figures = [
    counts.total === 0 ? 'no tests' : `${plural(counts.total, 'test')}: ${countsInWords(counts)}`,
    run.images.length === 0 ? 'nothing pushed' : `${plural(run.images.length, 'image tag')} pushed`,
  ];
  return html`<header>
<p class="quiet">istio-ci run</p>
<h1>${run.distribution} <span class="tag">${run.buildTag}</span></h1>
<p class="verdict">${result(run.result, `${capital(run.result)} ${verdict}`)}</p>
<p class="quiet">${figures.join(' · ')}</p>
</header>`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
