import { runProgram } from '@istio-ci/kit';
import { resumePush } from '../src/index.ts';
import { resumeCommand } from './prepared-push.ts';

/** Resumes the push in the folder given, as the CLI does, so that a test can kill it. */
const [outDir = '', credentials = '', ...insecureHosts] = process.argv.slice(2);
await runProgram(async ({ signal }) => {
  await resumePush({
    outDir,
    resumeCommand,
    credentials: { kind: 'file', path: credentials },
    registry: { insecureHosts, retryDelaysMs: [0, 0, 0, 0] },
    scan: [],
    signal,
    progress: (message) => process.stdout.write(`${message}\n`),
  });
  return undefined;
});
