import { describeError } from '@istio-ci/kit';
import { expect } from 'vitest';

type Names = readonly (readonly [value: string, name: string])[];

/**
 * Failures that are provoked, in the words that people read. Each test file here has its texts in the `.txt`
 * beside it. `vitest run --update` rewrites them, for a person to read.
 */
export class Messages {
  readonly #texts: string[] = [];

  /**
   * Checks the exit code of what `act` throws, and keeps its text. `names` replace what changes from run to
   * run.
   */
  async failure(row: string, exitCode: number, act: () => unknown, names: Names = []): Promise<string> {
    const error = await Promise.resolve()
      .then(act)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error, row).toMatchObject({ exitCode });
    return this.note(row, `${describeError(error, false)}\n  exit ${exitCode}`, names);
  }

  note(row: string, text: string, names: Names = []): string {
    this.#texts.push(`## ${row}\n\n${plain(text, names)}\n`);
    return text;
  }

  async expectFile(name: string): Promise<void> {
    await expect(this.#texts.join('\n')).toMatchFileSnapshot(name);
  }
}

function plain(text: string, names: Names): string {
  return names
    .reduce((all, [value, name]) => all.replaceAll(value, name), text)
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:<digest>')
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<commit>')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'registry.example.com')
    .replaceAll(/\/tmp\/release-pusher-[a-z]+-\w+/g, '/run');
}
