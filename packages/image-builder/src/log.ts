import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { cachePath } from '@istio-ci/kit';

const lastLineCount = 12;

/** The whole output of one long step in a file, and its last lines at hand for an error. */
export class StepLog {
  readonly file: string;
  readonly lastLines: string[] = [];
  readonly #stream: WriteStream;
  readonly #noise: RegExp;

  /**
   * @param name of the file below the cache's `logs/`; the log of an earlier run is replaced
   * @param noise lines that say nothing of a failure
   */
  constructor(name: string, noise = /^\s*$/) {
    this.#noise = noise;
    this.file = cachePath('logs', `${name}.log`);
    mkdirSync(dirname(this.file), { recursive: true });
    this.#stream = createWriteStream(this.file);
  }

  add(line: string): void {
    this.#stream.write(`${line}\n`);
    const text = stripVTControlCharacters(line).trimEnd();
    if (this.#noise.test(text)) return;
    this.lastLines.push(text);
    if (this.lastLines.length > lastLineCount) this.lastLines.shift();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}
