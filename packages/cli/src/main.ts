import { runProgram } from '@istio-ci/kit';
import { createCommand } from './command.ts';

await runProgram((context) => createCommand(context).run(process.argv));
