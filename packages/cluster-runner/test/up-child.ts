// A process that starts a session as the command does, for tests to kill: prints the session when it is
// ready, then waits.
import { runProgram } from '@istio-ci/kit';
import { connectPlace, upSession } from '../src/index.ts';

const [name = '', image = '', owner] = process.argv.slice(2);

await runProgram(async ({ signal }) => {
  const session = await upSession({
    place: connectPlace(),
    image,
    name,
    signal,
    leaseSeconds: 600,
    ...(owner === 'self' ? { owner: process.pid } : {}),
    progress: (message) => process.stderr.write(`${message}\n`),
  });
  process.stdout.write(`${JSON.stringify(session)}\n`);
  await new Promise((_, reject) => {
    setInterval(() => {}, 1000);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return 0;
});
