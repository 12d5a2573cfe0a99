import { configFile, configRows, originInWords } from '@istio-ci/distribution';
import type { Command } from 'commander';
import { print, printJson } from '../output.ts';
import { addSettings, distributionOption, flagsOf, type SettingOptions } from '../settings.ts';

/** `config show`: the values that a run would use. */
export function addConfig(root: Command): void {
  const config = root.command('config').description('The configuration of a distribution.');
  addSettings(config.command('show'))
    .description(
      'Show each value that a run would use, and its origin: file, environment, option, profile or default.',
    )
    .addOption(distributionOption())
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci config show --distribution ~/src/acme-istio')
    .action(async (options: SettingOptions & { distribution: string; json?: boolean }) => {
      const rows = await configRows(options.distribution, { flags: flagsOf(options) });
      if (options.json) return printJson(rows);
      const cells = rows.map(
        ({ key, value, origin }) => [key, inWords(value), originInWords(origin, configFile)] as const,
      );
      const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
      for (const [key, value, origin] of cells)
        print(`${key.padEnd(widths[0] ?? 0)}  ${value.padEnd(Math.min(widths[1] ?? 0, 60))}  ${origin}`);
    });
}

/** A value on one line, in the form that YAML accepts. */
function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
