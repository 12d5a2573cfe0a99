import { PassThrough, Readable } from 'node:stream';
import { followEngineStream } from '@istio-ci/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downSession, execInSession, loadImages, type Session, upSession } from '../src/index.ts';
import { engine, image, newName, place } from './harness.ts';

const name = newName();
const ref = `test.local/${name}:1`;
let session: Session;

beforeAll(async () => {
  session = await upSession({ place, image, name, leaseSeconds: 600 });
  // The smallest image there is that a pod can run.
  await inside('docker', 'tag', 'localhost/istio-ci/pause:1', ref);
});
afterAll(() => downSession(place, name));

async function inside(...command: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await execInSession(place, session, command);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** Saves an image from the session as an OCI archive, which is what its Docker writes. */
function saved(): PassThrough {
  const archive = new PassThrough();
  void execInSession(place, session, ['docker', 'save', ref], {
    onStdout: (data) => archive.write(data),
  }).then(() => archive.end());
  return archive;
}

async function podRuns(pod: string): Promise<void> {
  await inside('kubectl', 'run', pod, `--image=${ref}`, '--image-pull-policy=Never');
  await inside('kubectl', 'wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=60s');
}

describe('loadImages', () => {
  it('takes an image of the outer place, which a pod runs at once', async () => {
    await followEngineStream(await engine.loadImage(saved()));
    await inside('docker', 'rmi', '--force', ref);
    try {
      expect(await loadImages(place, session, [ref])).toEqual([ref]);
    } finally {
      await engine.getImage(ref).remove();
    }
    await podRuns('of-the-engine');
  });

  it('loads an OCI archive as a stream, and reports its progress', async () => {
    const told: string[] = [];
    const loaded = await loadImages(place, session, [{ name: 'an archive', archive: saved() }], {
      progress: (message) => told.push(message),
    });
    expect(loaded).toEqual([ref]);
    expect(told.at(-1)).toMatch(/^load an archive: \d/);
    await podRuns('of-an-archive');
  });

  it('says which image the outer engine does not have', async () => {
    await expect(loadImages(place, session, ['test.local/none:1'])).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
      message: 'The engine has no image test.local/none:1.',
    });
  });

  it('says that an archive was no image', async () => {
    const archive = Readable.from(['junk']);
    await expect(loadImages(place, session, [{ name: 'junk.tar', archive }])).rejects.toMatchObject({
      code: 'IMAGE_LOAD_FAILED',
      message: expect.stringMatching(/took no image from junk\.tar\.\n +\S/),
    });
  });

  it('says that the session has ended', async () => {
    const gone = { name: 'gone', container: 'k8s-gone' };
    await expect(
      loadImages(place, gone, [{ name: 'a', archive: Readable.from(['x']) }]),
    ).rejects.toMatchObject({ code: 'SESSION_GONE' });
  });
});
