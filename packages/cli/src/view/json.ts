import { errorToJson } from '@istio-ci/kit';
import { plainProgress, type View } from '@istio-ci/pipeline';

/** Writes one event as one line of JSON. `at` is the time of the event, ISO 8601. */
export function emit(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, at: new Date().toISOString(), ...fields })}\n`);
}

/**
 * Events for machines, one line of JSON each: `started`, `progress`, `output`, `ended`. The command ends with its result.
 * Progress that only counts (an image of 122 MB passes in 2000 chunks) is one event a second.
 */
export function jsonView(): View {
  let stage: string | undefined;
  return {
    started: (name) => {
      stage = name;
      emit('started', { stage });
    },
    ended: (result) => emit('ended', result),
    progress: plainProgress((message) => emit('progress', { stage, message }), 1000),
    output: (line) => emit('output', { stage, line }),
    close: async () => {},
  };
}

/** Runs the body of a command with `--json`: an error is an event as well, the last one. */
export async function withErrorEvent<T>(json: boolean | undefined, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (json) emit('error', errorToJson(error));
    throw error;
  }
}
