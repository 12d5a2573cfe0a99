import type { Operation } from '@istio-ci/kit';
import type { RegistryConnection } from '@istio-ci/registry';
import type Docker from 'dockerode';
import type { Journal } from './journal.ts';
import type { PushState, TagStatus } from './journal-state.ts';
import type { Opened } from './open-registries.ts';
import type { PlanMakePush, RunMakePush } from './options.ts';
import { refOf, type WantedTag } from './tag-conflicts.ts';

/** The second half of a push works with registries and the journal, and needs no engine. */
export interface FinishWork extends Operation {
  readonly registry: RegistryConnection;
  readonly journal: Journal;
  readonly outDir: string;
  readonly resumeCommand: string;
}

/** The first half pushes from an engine. */
export interface PushWork extends FinishWork, Opened {
  readonly engine: Docker;
  readonly runMakePush: RunMakePush;
  readonly planMakePush?: PlanMakePush | undefined;
}

/** The state of a journal in which a push has begun. */
export function stateOf(journal: Journal): PushState {
  if (!journal.state) throw new Error('no push has begun in this journal');
  return journal.state;
}

/** Records in the journal what was done to a tag. */
export async function recordTag({ journal }: FinishWork, tag: WantedTag, status: TagStatus): Promise<void> {
  await journal.append({ event: 'tag', ref: refOf(tag), digest: tag.digest, status });
}
