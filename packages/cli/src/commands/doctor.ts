import { examine, type Finding, openPlace } from '@istio-ci/cluster-runner';
import { imageRef } from '@istio-ci/image-builder';
import { exitCodes, type KubernetesMinor } from '@istio-ci/kit';
import type { Command } from 'commander';
import { privilegedOption, privilegesOf } from '../cluster-options.ts';
import type { CliContext } from '../context.ts';
import { kubernetesOption } from '../kubernetes-option.ts';
import { print, printJson, withProgress } from '../output.ts';

/** `doctor`: reports whether clusters can run here, and what to do if they cannot. */
export function addDoctor(root: Command, context: CliContext): void {
  root
    .command('doctor')
    .description(
      'Check what a cluster needs from the engine and this machine; exits 8 if something is broken.',
    )
    .addOption(kubernetesOption())
    .addOption(privilegedOption())
    .option('--json', 'print all findings as JSON')
    .addHelpText(
      'after',
      "\nThe kernel is checked in a throw-away container, if the cluster's image is built.\n\nExample:\n  istio-ci doctor --json",
    )
    .action(async (options: { kubernetes: KubernetesMinor; privileged?: boolean; json?: boolean }) => {
      const { kubernetes } = options;
      const image = await imageRef('minikube-dind', { kubernetes });
      const findings = await withProgress(
        'doctor',
        (progress) =>
          examine({
            open: openPlace,
            image,
            kubernetes,
            privileges: privilegesOf(options),
            signal: context.signal,
            progress,
          }),
        options,
      );
      const healthy = !findings.some(({ verdict }) => verdict === 'broken');
      if (options.json) printJson({ healthy, findings });
      else for (const line of findings.flatMap(findingLines)) print(line);
      context.exitCode = healthy ? 0 : exitCodes.cluster;
    });
}

/** Formats a finding for people: one line, and the remedy if something is wrong. Pure. */
export function findingLines({ check, verdict, code, message, remedy }: Finding): string[] {
  const head = `${verdict.padEnd(8)} ${check.padEnd(14)}`;
  if (code === undefined) return [`${head} ${message}`];
  return [`${head} ${code}: ${message}`, `${' '.repeat(head.length)} remedy: ${remedy}`];
}
