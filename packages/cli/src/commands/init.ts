import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { configFile } from '@istio-ci/distribution';
import { pinOrigin } from '@istio-ci/envoy-fetcher';
import { repositoryRoot } from '@istio-ci/kit';
import type { Command } from 'commander';
import { cliErrors } from '../errors.ts';
import { configuration } from '../init/configuration.ts';
import { detect, type Findings } from '../init/detect.ts';
import { print } from '../output.ts';

/** `init`: writes an `istio-ci.yaml` from the contents of a directory. */
export function addInit(root: Command): void {
  root
    .command('init')
    .description(
      'Write an istio-ci.yaml with comments, from the layout, make targets and pins in a directory. Overwrites nothing.',
    )
    .argument('[directory]', 'the distribution', '.')
    .option('--print', 'print it and write nothing')
    .addHelpText(
      'after',
      '\nExample:\n  istio-ci init ~/src/acme-istio && istio-ci run --distribution ~/src/acme-istio',
    )
    .action(async (directory: string, options: { print?: boolean }) => {
      const findings = await detect(directory);
      const { root: target } = findings.distribution;
      const schema = relative(target, join(repositoryRoot, 'docs/istio-ci.schema.json'));
      const text = configuration(findings, schema);
      if (options.print) return void process.stdout.write(text);
      const file = join(target, configFile);
      await writeFile(file, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'EEXIST'
          ? cliErrors.configExists(file)
          : cliErrors.configNotWritable(file, cause);
      });
      for (const line of summary(findings)) print(line);
      print(`written  ${file}`);
      print(`next     istio-ci run --distribution ${directory}`);
    });
}

/** The findings for people. */
function summary({ distribution, go, envoy, ztunnel, makefile }: Findings): string[] {
  const stages = Object.keys(distribution.stages).filter((stage) => makefile.targets.has(stage));
  return [
    `profile  ${distribution.profile}, sources in ${distribution.directory}`,
    ...(go ? [`Go       ${go.version} (${go.file}:${go.line})`] : []),
    `Envoy    ${envoy.sha} (${pinOrigin(envoy)})`,
    ...(ztunnel ? [`ztunnel  ${ztunnel.sha} (${pinOrigin(ztunnel)})`] : []),
    `targets  ${stages.length === 0 ? 'none of the stages' : stages.join(', ')}`,
  ];
}
