import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lie } from '../../test/lying-server.ts';
import { archiveFile, failureOf, type Scene, setScene, tinyPin } from '../../test/scene.ts';
import { fetchEnvoy } from './fetch.ts';
import type { FetchRequest } from './types.ts';

let scene: Scene;
const archivePath = `/a/${archiveFile}`;

beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const fetch = (more: Partial<FetchRequest> = {}) => fetchEnvoy({ ...scene.request, ...more });
const failed = (more: Partial<FetchRequest> = {}) => failureOf(fetch(more));
const lie = (...lies: Lie[]) => scene.server.lies.set(archivePath, lies);

describe('how fetchEnvoy asks mirrors', () => {
  it('reports that a SHA is not published if no mirror has it', async () => {
    const pin = { ...tinyPin, sha: 'f'.repeat(40) };
    const error = await failed({ pin, mirrors: [`${scene.server.base}/a`, `${scene.server.base}/b`] });
    expect(error).toMatchObject({ code: 'ENVOY_NOT_PUBLISHED', exitCode: 4 });
    expect(error.message).toContain(`${scene.server.base}/b/envoy-alpha-${'f'.repeat(40)}.tar.gz: HTTP 404`);
    expect(error.remedy).toContain('security release');
  });

  it('reports that access was denied', async () => {
    lie({ kind: 'status', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
    const error = await failed();
    expect(error).toMatchObject({ code: 'ENVOY_FORBIDDEN', exitCode: 4 });
    expect(error.message).toContain('HTTP 403, AccessDenied');
  });

  it('tries a failing server a few times and reports its answer', async () => {
    const failing = { kind: 'status', status: 502 } as const;
    lie(failing, failing, failing, failing);
    const error = await failed();
    expect(error).toMatchObject({ code: 'ENVOY_UNREACHABLE', exitCode: 4 });
    expect(error.message).toContain('HTTP 502 (3 times)');
  });

  it('waits as long as Retry-After says', async () => {
    lie({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    const start = performance.now();
    await fetch();
    expect(performance.now() - start).toBeGreaterThan(990);
  });

  it('does not wait if Retry-After is too long', async () => {
    lie({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    expect((await failed()).message).toContain('HTTP 429');
  });

  it('gives up at the deadline and reports it', async () => {
    lie({ kind: 'slow', pieces: 300, pauseMs: 50 });
    const error = await failed({ patience: { ...scene.request.patience, deadlineMs: 500 } });
    expect(error).toMatchObject({ code: 'ENVOY_UNREACHABLE' });
    expect(error.message).toContain('the deadline of 0.5 s has passed');
  });

  it('refuses a mirror that is not an http, https or file URL', async () => {
    expect(await failed({ mirrors: ['ftp://x/y'] })).toMatchObject({
      code: 'ENVOY_MIRROR_INVALID',
      exitCode: 2,
    });
  });

  it('reports a CA file that it cannot use', async () => {
    expect(await failed({ extraCa: '/dev/null' })).toMatchObject({
      code: 'ENVOY_CA_UNREADABLE',
      exitCode: 2,
    });
  });

  it('prints no credentials', async () => {
    const mirrors = [`${scene.server.base.replace('//', '//user:secret@')}/none?signature=secret`];
    expect(String(await failed({ mirrors }))).not.toContain('secret');
  });
});
