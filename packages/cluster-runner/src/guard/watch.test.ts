import { identityOf } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import type { ContainerState, Place } from '../place/place.ts';
import { watchSession } from './watch.ts';

const ready = { container: 'c', session: 'a', warm: false };
const state = (more: Partial<ContainerState> = {}): ContainerState => ({
  session: 'a',
  running: true,
  frozen: false,
  startedAt: '',
  details: {},
  ...more,
});

/** A place whose container has these states, one after the other, and is then gone. */
const placeWith = (...states: ContainerState[]) =>
  ({
    watch: () => ({
      async *changes() {
        yield* states;
      },
    }),
  }) as unknown as Place;

/** A place whose container stays unchanged until the watch ends. */
const stays = {
  watch: () => ({
    async *changes(signal: AbortSignal) {
      yield state();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  }),
} as unknown as Place;

describe('watchSession', () => {
  it('ends when the container is gone', async () => {
    expect(await watchSession(placeWith(state()), { id: 'i' }, ready)).toBe('container-gone');
  });

  it('ends when the cluster belongs to another session', async () => {
    const place = placeWith(state({ frozen: true }), state(), state({ session: 'build' }));
    expect(await watchSession(place, { id: 'i' }, { ...ready, warm: true })).toBe('handed-out');
  });

  it('ends with the owner', async () => {
    const self = identityOf(process.pid);
    // A process with this pid that started at another time has ended.
    const owner = self && { ...self, start: '1' };
    expect(await watchSession(stays, { id: 'i', owner }, ready)).toBe('owner-gone');
  });
});
