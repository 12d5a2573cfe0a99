import type { EngineAddress } from '@istio-ci/image-builder';
import type { Operation } from '@istio-ci/kit';
import type { CredentialSource, RegistryAccess } from '@istio-ci/registry';
import type { ReleasePlan } from '../decision/plan.ts';
import type { Redactor } from '../secrets/redactor.ts';
import type { Facts } from './push-record.ts';

/**
 * The distribution's own push: `make HUB=<hub> TAG=<tag> push` in the builder, with the folder in
 * DOCKER_CONFIG. Its output passes the redactor before it is kept or shown.
 */
export type RunMakePush = (
  hub: string,
  tag: string,
  dockerConfigDir: string,
  redactor: Redactor,
) => Promise<void>;

/** What the distribution's push would do: the output of `make --dry-run`, or nothing if make cannot say. */
export type PlanMakePush = (hub: string, tag: string) => Promise<string>;

/** What it takes to finish a push whose images are in a registry. */
export interface ResumeOptions extends Operation {
  readonly registry: RegistryAccess;
  readonly credentials: CredentialSource;
  /** The folder of the journal and of `receipt.json`. */
  readonly outDir: string;
  /** The command that finishes this push if it is interrupted, for messages. */
  readonly resumeCommand: string;
  /** The workspace and other files that must not contain a credential at the end. */
  readonly scan: readonly string[];
}

export interface PushOptions extends ResumeOptions {
  /** The address of the engine that has the built images: the session's own. */
  readonly engine: EngineAddress;
  readonly hubs: readonly string[];
  readonly plan: ReleasePlan;
  /** promote: the release tag goes on the tested digest. rebuild: a second `make push`, as in the article. */
  readonly mode: 'promote' | 'rebuild';
  readonly runMakePush: RunMakePush;
  readonly planMakePush?: PlanMakePush | undefined;
  readonly dryRun?: boolean | undefined;
  /** Further facts for the receipt: envoySha256, builderImage, … */
  readonly facts: Facts;
}
