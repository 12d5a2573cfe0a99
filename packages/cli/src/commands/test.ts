import { CiError } from '@istio-ci/kit';
import { closingLine, runSuites, suites } from '@istio-ci/test/suites';
import type { Command } from 'commander';
import type { CliContext } from '../command.ts';
import { print } from '../output.ts';

/** `test`: the tests of this project itself. */
export function addTest(root: Command, context: CliContext): void {
  const names = Object.keys(suites);
  root
    .command('test')
    .description("Run the tests of istio-ci itself (a distribution's own tests: istio-ci run test).")
    .option('--suite <names...>', `only these: ${names.join(', ')}`)
    .addHelpText('after', '\nExamples:\n  istio-ci test\n  istio-ci test --suite check unit')
    .action(async (options: { suite?: string[] }) => {
      const unknown = (options.suite ?? []).filter((name) => !names.includes(name));
      if (unknown.length > 0) {
        throw new CiError({
          code: 'SUITE_UNKNOWN',
          kind: 'usage',
          message: `There is no suite ${unknown.join(', ')}.`,
          remedy: `Name some of ${names.join(', ')}.`,
        });
      }
      const count = await runSuites(options.suite ?? names, { signal: context.signal, say: print });
      print(closingLine(count));
      context.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
    });
}
