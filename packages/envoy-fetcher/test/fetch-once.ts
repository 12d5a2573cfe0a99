import { readFile } from 'node:fs/promises';
import { fetchEnvoy, installEnvoy, readLock } from '../src/index.ts';
import { hasty, tinyPin } from './scene.ts';

/**
 * The process that gets killed: fetches and installs once. Arguments: store, target, lock file or '',
 * mirrors.
 */
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
