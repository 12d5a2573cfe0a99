import { CiError } from '@istio-ci/kit';

/** `broken` keeps a cluster from booting or from being used; a `warning` does not. */
type Verdict = 'fine' | 'warning' | 'broken';

/** What one look came to. */
export interface Finding {
  /** What was checked: `disk`, `cgroup`. */
  readonly check: string;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly message: string;
  /** A stable code; present if something is wrong, together with what to do about it. */
  readonly code?: string;
  readonly remedy?: string;
}

export function fine(check: string, message: string): Finding {
  return { check, verdict: 'fine', message };
}

/** What is wrong: code, sentence, remedy. */
export type Fault = readonly [code: string, message: string, remedy: string];

export function warning(check: string, ...[code, message, remedy]: Fault): Finding {
  return { check, verdict: 'warning', code, message, remedy };
}

export function broken(check: string, ...[code, message, remedy]: Fault): Finding {
  return { check, verdict: 'broken', code, message, remedy };
}

/** Turns one of our errors into the finding that something is broken; throws any other error again. */
export function brokenBy(check: string, error: unknown): Finding {
  if (!(error instanceof CiError)) throw error;
  return broken(check, error.code, error.message, error.remedy);
}

/** @throws {CiError} the first finding of something broken */
export function requireSound(findings: readonly Finding[]): void {
  const first = findings.find(({ verdict }) => verdict === 'broken');
  if (first === undefined) return;
  const { code = '', message, remedy = '' } = first;
  throw new CiError({ code, kind: 'cluster', message, remedy });
}
