import { afterAll } from 'vitest';

/** A file of tests leaves the environment as it was: the next file may run in the same process. */
const before = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
