import { errorToJson } from '@istio-ci/kit';
import { plainProgress, type View } from '@istio-ci/pipeline';

/** Prints an event as one line of JSON. `at` is its time, ISO 8601. */
export function emit(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, at: new Date().toISOString(), ...fields })}\n`);
}

/**
 * Events for machines, one line of JSON each: `started`, `progress`, `output`, `ended`. The last event of the
 * command is its result. Progress that only counts is limited to one event a second: an image of 122 MB
 * passes in 2000 chunks.
 */
export function jsonView(): View {
  let stage: string | undefined;
  return {
    started: (name) => {
      stage = name;
      emit('started', { stage });
    },
    // The pushed images are in the facts as text, and in the event of the whole run.
    ended: ({ images: _, ...result }) => emit('ended', result),
    progress: plainProgress((message) => emit('progress', { stage, message }), 1000),
    output: (line) => emit('output', { stage, line }),
    close: async () => {},
  };
}

/** Runs the body of a command. With `--json`, an error is the last event. */
export async function withErrorEvent<T>(json: boolean | undefined, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (json) emit('error', errorToJson(error));
    throw error;
  }
}
