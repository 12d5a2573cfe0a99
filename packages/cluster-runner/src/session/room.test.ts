import { describe, expect, it } from 'vitest';
import { requireRoom } from './room.ts';

const GiB = 1024 ** 3;
const room = { memoryBytes: 8 * GiB, diskBytes: 20 * GiB, dataRoot: '/var/lib/docker' };

describe('requireRoom', () => {
  it('lets a cluster in where there is room', () => {
    expect(() => requireRoom(room)).not.toThrow();
  });

  it('names the memory that there is and that is needed', () => {
    expect(() => requireRoom({ ...room, memoryBytes: GiB / 2 })).toThrow(/512\.0 MiB.*1\.0 GiB/);
  });

  it('counts a limit that the caller sets as the memory there is', () => {
    expect(() => requireRoom(room, { memoryBytes: GiB / 4 })).toThrow(/256\.0 MiB/);
  });

  it('names the place of a disk that is too small', () => {
    expect(() => requireRoom({ ...room, diskBytes: 1000 })).toThrow(/\/var\/lib\/docker.*1000 B/);
  });

  it('judges nothing that it does not know', () => {
    expect(() => requireRoom({ dataRoot: '/elsewhere' })).not.toThrow();
  });
});
