import { type StageName, stageNames } from '@istio-ci/distribution';
import type { Findings } from './detect.ts';

/** The command of a stage, and the reason for it. */
export interface StageCommand {
  readonly stage: StageName;
  readonly command: string;
  readonly why: string;
  /** Whether a run uses this command by default. */
  readonly isDefault: boolean;
}

/** The commands for a tree of Go modules without a target for the stage. */
const inGo: Readonly<Record<Exclude<StageName, 'push'>, string>> = {
  check: 'go vet ./...',
  depend: 'go mod download',
  build: 'go build ./...',
  test: 'go test ./...',
};

/**
 * Istio's Makefile needs this program on the PATH for its test report, but does not fetch it. The bin of the
 * workspace is on the PATH.
 */
const junitReport = 'GOBIN="$HOME/bin" go install github.com/jstemmer/go-junit-report/v2@v2.1.0';

/** The commands of all stages for the findings. Pure. */
export function stageCommands({ makefile: { targets, text } }: Findings): StageCommand[] {
  const wantsJunit = /\bJUNIT_OUT\b/.test(text) && /go-junit-report/.test(text);
  return stageNames.map((stage): StageCommand => {
    const place = targets.get(stage);
    if (place && wantsJunit && stage === 'depend') {
      const why = 'its tests need go-junit-report, which it does not fetch';
      return { stage, command: `make depend && ${junitReport}`, why, isDefault: false };
    }
    if (place && wantsJunit && stage === 'test') {
      const command = 'JUNIT_OUT="$ARTIFACTS/junit/unit.xml" make test';
      return { stage, command, why: 'reports are read from $ARTIFACTS/junit', isDefault: false };
    }
    if (place) {
      const why = `${place.file}:${place.line}`;
      return { stage, command: `make ${stage}`, why, isDefault: true };
    }
    if (stage === 'push') {
      const command = 'echo "no push command is configured" >&2; exit 2';
      return {
        stage,
        command,
        why: 'no target push: name the command that pushes to $HUB with $TAG',
        isDefault: false,
      };
    }
    const lint =
      stage === 'check' && targets.has('lint')
        ? '; there is also `make lint`, for a builder with its tools'
        : '';
    const why = `no target ${stage}${lint}`;
    return { stage, command: inGo[stage], why, isDefault: false };
  });
}
