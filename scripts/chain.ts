import type { Chain } from '@istio-ci/pipeline';
import { build } from './build.ts';
import { check } from './check.ts';
import { cluster } from './cluster.ts';
import { depend } from './depend.ts';
import { envoy } from './envoy.ts';
import { images } from './images.ts';
import { kubeconfig } from './kubeconfig.ts';
import { push } from './push.ts';
import { test } from './test.ts';

/** The chain in its order; turbo.json shows the same one, and a test holds the two together. */
export const chain: Chain = [
  ['images', images],
  ['cluster', cluster],
  ['kubeconfig', kubeconfig],
  ['check', check],
  ['depend', depend],
  ['build', build],
  ['envoy', envoy],
  ['test', test],
  ['push', push],
];
