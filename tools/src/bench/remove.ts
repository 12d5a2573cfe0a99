import { downSession, labelsFor, newLabels, upSession } from '@istio-ci/cluster-runner';
import { connectEngine, removeContainer } from '@istio-ci/image-builder';
import type { BenchRequest } from './boot.ts';
import { ratioOf, type Summary, summarize } from './statistics.ts';
import { timed } from './timed.ts';

export interface RemoveBench {
  /** Milliseconds that `downSession` took for a ready session: cluster, volumes, network. */
  readonly session: Summary;
  /** Milliseconds to remove a sleeping container of the same image by force, with its volumes. */
  readonly bareContainer: Summary;
  /** The first divided by the second, pair by pair. */
  readonly ratio: Summary;
}

/** Removes a session and then a bare container; repeats that for each run. */
export async function benchRemove(request: BenchRequest): Promise<RemoveBench> {
  const sessions: number[] = [];
  const bare: number[] = [];
  for (let run = 1; run <= request.runs; run += 1) {
    request.progress?.(`remove ${run} of ${request.runs}`);
    const session = await upSession(request);
    sessions.push(await timed(() => downSession(request.place, session)));
    const container = await sleepingContainer(request);
    bare.push(await timed(() => removeContainer(container)));
  }
  return {
    session: summarize(sessions),
    bareContainer: summarize(bare),
    ratio: ratioOf(sessions, bare),
  };
}

/** The container has the labels of a session, so that gc finds it if this process is killed. */
async function sleepingContainer({ image, signal }: BenchRequest) {
  signal?.throwIfAborted();
  const container = await connectEngine().createContainer({
    Image: image,
    Entrypoint: ['sleep'],
    Cmd: ['600'],
    Labels: labelsFor(newLabels({ owner: process.pid }), 'service'),
    HostConfig: { AutoRemove: true },
  });
  await container.start();
  return container;
}
