import type { Chain } from '../chain.ts';
import type { Stage } from '../context.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { cluster } from './cluster.ts';
import { depend } from './depend.ts';
import { envoy } from './envoy.ts';
import { images } from './images.ts';
import { kubeconfig } from './kubeconfig.ts';
import { push } from './push.ts';
import { test } from './test.ts';

/** The stages in order. turbo.json has the same chain, and a test compares the two. */
export const chain = [
  ['images', images],
  ['cluster', cluster],
  ['kubeconfig', kubeconfig],
  ['check', check],
  ['depend', depend],
  ['build', build],
  ['envoy', envoy],
  ['test', test],
  ['push', push],
] as const satisfies Chain;

export type ChainStage = (typeof chain)[number][0];

const stages: Readonly<Record<ChainStage, Stage>> = Object.fromEntries(chain) as Record<ChainStage, Stage>;

/** The stage of this name. */
export function stageNamed(name: ChainStage): Stage {
  return stages[name];
}
