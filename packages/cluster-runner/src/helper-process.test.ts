import { once } from 'node:events';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { startHelper } from './helper-process.ts';

it('a helper starts from a path with a space, a percent sign and an umlaut', async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'helper-'));
  const folder = join(scratch.path, 'für 100 %');
  const [main, log] = [join(folder, 'main.ts'), join(folder, 'helper.log')];
  await mkdir(folder);
  await writeFile(main, 'console.error(JSON.parse(process.argv[2]!).word);');
  const child = await startHelper(pathToFileURL(main), { word: 'started' }, log);
  await once(child, 'exit');
  expect(await readFile(log, 'utf8')).toBe('started\n');
});
