import { readFile } from 'node:fs/promises';
import { fetchEnvoy, installEnvoy, readLock } from '../src/index.ts';
import { hasty, tinyPin } from './scene.ts';

/** Fetches and installs once; tests kill this process. Arguments: store, target, lock file or '', mirrors. */
const [store = '', target = '', lockPath = '', ...mirrors] = process.argv.slice(2);
const lock = lockPath === '' ? undefined : await readLock(lockPath);
const fetched = await fetchEnvoy({
  pin: tinyPin,
  arch: 'amd64',
  mirrors,
  store,
  lock,
  patience: hasty,
});
await installEnvoy(fetched, { targets: [target] });
process.stdout.write(`${(await readFile(target)).length} bytes installed\n`);
