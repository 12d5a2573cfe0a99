import { type EngineMessage, followEngineStream, isNotFound, type Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';

/**
 * Follows a call that answers with the engine's JSON stream to its end. An abort closes the connection, which
 * makes the engine stop the work.
 * @throws {EngineStreamError} what the stream reports; the abort reason if `signal` stopped it
 */
export async function follow(
  call: (options: { abortSignal: AbortSignal }) => Promise<NodeJS.ReadableStream>,
  signal: AbortSignal | undefined,
  onMessage?: (message: EngineMessage) => void,
): Promise<void> {
  signal?.throwIfAborted();
  // The engine may answer in full before it has read all that we send; the rest of that request is cut at the
  // end, or its connection would keep this process alive for ever.
  const answered = new AbortController();
  const abortSignal = AbortSignal.any([answered.signal, ...(signal === undefined ? [] : [signal])]);
  try {
    await followEngineStream(await call({ abortSignal }), onMessage);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    answered.abort();
  }
}

export async function hasImage(engine: Docker, ref: string): Promise<boolean> {
  try {
    await engine.getImage(ref).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** How long a registry has for its first answer before we do without it, in milliseconds. */
const answerMs = 15_000;

/** Pulls an image; returns the reason if it cannot. @throws only the abort reason of `signal` */
export async function tryPull(
  engine: Docker,
  name: string,
  { signal, progress }: Operation,
): Promise<unknown> {
  const quick = new AbortController();
  const timer = setTimeout(() => quick.abort(new Error('no registry answered in time')), answerMs);
  const either = signal === undefined ? quick.signal : AbortSignal.any([signal, quick.signal]);
  try {
    await follow(
      (options) => engine.pull(name, options),
      either,
      () => {
        clearTimeout(timer);
        progress?.(`pulling ${name}`);
      },
    );
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return error;
  } finally {
    clearTimeout(timer);
  }
}
