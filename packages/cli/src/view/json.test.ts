import { afterEach, describe, expect, it, vi } from 'vitest';
import { jsonView } from './json.ts';

describe('the events of --json', () => {
  afterEach(() => vi.restoreAllMocks());

  it('report each step at once, but a step that only counts once a second', () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const view = jsonView();
    view.started('cluster');
    for (const message of ['etcd done', 'load app: 64.0 KiB', 'load app: 128.0 KiB', 'load app: 192.0 KiB'])
      view.progress(message);
    view.progress('ready');
    const events = lines.map((line) => JSON.parse(line) as { stage: string; message?: string });
    expect(events.map(({ stage }) => stage)).toEqual(Array(4).fill('cluster'));
    expect(events.map(({ message }) => message)).toEqual([
      undefined,
      'etcd done',
      'load app: 64.0 KiB',
      'ready',
    ]);
  });
});
