import { integrity, list, partial, registry, usage } from '../error-kinds.ts';

/** The error texts of a push, its journal and its resumption. */
export const pushErrors = {
  nothingPushed: (hub: string, tag: string) =>
    registry(
      'NOTHING_PUSHED',
      `After the push stage the engine has no image ${hub}/*:${tag}.`,
      'Let "make push" build and push to HUB with TAG, in the engine that DOCKER_HOST names.',
    ),
  candidateUnverified: (ref: string, there: string | undefined) =>
    registry(
      'CANDIDATE_UNVERIFIED',
      there === undefined
        ? `After the push the registry has nothing under ${ref}.`
        : `After the push the registry has ${there} under ${ref}, and the engine built another image.`,
      there === undefined
        ? 'Run the push again; if it stays so, the registry does not keep what it takes: read its own log.'
        : 'Run the push again; if it stays so, find what else pushes under this tag.',
    ),
  unfinishedRelease: (tag: string, candidate: string, next: string, journal: string) =>
    partial(
      'PARTIAL',
      `Release ${tag} was begun with the images of ${candidate} and is not complete.`,
      `Finish it first: ${next}. To leave it as it is for good, move ${journal} away.`,
    ),
  partial: (tag: string, table: string, next: string, cause: unknown) =>
    partial('PARTIAL', `Release ${tag} is partly out.\n${table}`, `Finish it: ${next}`, { cause }),
  rebuildCut: (tag: string, out: readonly string[], journal: string) =>
    partial(
      'REBUILD_CUT',
      `The second push of ${tag} was cut while it built: ${list(out)} ${out.length === 1 ? 'is' : 'are'} out, and building again would replace what is out.`,
      `Move ${journal} away and release under a new tag. With push.mode promote, a release that was cut can always be finished.`,
    ),
  rebuildDiffers: (tag: string, missing: readonly string[], extra: readonly string[], journal: string) => {
    const told = [
      missing.length > 0 ? `made no ${list(missing)}` : '',
      extra.length > 0 ? `made ${list(extra)}, which nobody tested` : '',
    ].filter(Boolean);
    return partial(
      'REBUILD_DIFFERS',
      `The second push of ${tag} ${told.join(' and ')}, and what it made is out.`,
      `Let both pushes make the same images; then move ${journal} away and release under a new tag.`,
    );
  },
  nothingToResume: (file: string) =>
    usage('NOTHING_TO_RESUME', `${file} holds no interrupted push.`, 'Run the push itself.'),
  resumeNeedsBuild: (candidate: string, begun: string | null) =>
    usage(
      'RESUME_NEEDS_BUILD',
      begun === null
        ? `The images of ${candidate} had not all been pushed and verified, so nothing was released.`
        : `The second push of ${begun} was cut, and its images are in the engine that built them.`,
      `Run the push again as it was, with the same BUILD_TAG (its candidate is ${candidate}) and hubs.`,
    ),
  journalBroken: (file: string, line: number, cause: unknown) =>
    integrity(
      'JOURNAL_BROKEN',
      `${file}:${line} is no record of a push.`,
      `Look at it, then move ${file} away.`,
      {
        cause,
      },
    ),
  journalBusy: (file: string, pid: string) =>
    usage(
      'JOURNAL_BUSY',
      `${pid === '' ? 'Another process' : `Process ${pid}`} is pushing with ${file}.`,
      'Wait for it, or push from another workspace.',
    ),
};
