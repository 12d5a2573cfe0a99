import { runProgram } from '@istio-ci/kit';
import { createToolsCommand } from './command.ts';

await runProgram((context) => createToolsCommand(context).run(process.argv));
