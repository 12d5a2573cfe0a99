import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutFiles, repositoryRoot, runProgram } from '@istio-ci/kit';
import { commentFaults } from './comment-rules.ts';
import { commentLines } from './comments.ts';

/**
 * Prints the comments of the whole repository that are refused, a line each: file, line and why. Exits 1 if
 * there are any.
 */
await runProgram(async () => {
  const texts = new Map<string, string>();
  // Neither a link to a folder nor a file that was removed and not committed yet can be read.
  for (const file of await checkoutFiles())
    texts.set(file, await readFile(join(repositoryRoot, file), 'utf8').catch(() => ''));
  const refused = [...texts].flatMap(([file, text]) =>
    commentFaults(file, commentLines(file, text), (path) => texts.get(path)).map(
      ({ line, message }) => `${file}:${line}: ${message}\n`,
    ),
  );
  process.stdout.write(refused.join(''));
  return refused.length === 0 ? 0 : 1;
});
