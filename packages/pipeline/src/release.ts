import type { Distribution } from '@istio-ci/distribution';
import { decideRelease, type ReleasePlan, type TreeState } from '@istio-ci/release-pusher';

/** What a push of this distribution would do, decided from its checkout and the build's environment (GIT_COMMIT, TAG_NAME). */
export async function releasePlan(
  { root, push }: Pick<Distribution, 'root' | 'push'>,
  wishes: {
    buildTag?: string | undefined;
    tree?: TreeState | undefined;
    requireRelease?: boolean | undefined;
  },
): Promise<ReleasePlan> {
  const { GIT_COMMIT, TAG_NAME } = process.env;
  const { buildTag, tree, requireRelease } = wishes;
  const grammar = {
    vendor: push.vendor,
    ...(push.tagPattern === undefined ? {} : { pattern: push.tagPattern }),
  };
  return decideRelease({
    root,
    grammar,
    tree,
    requireRelease,
    env: { GIT_COMMIT, TAG_NAME, BUILD_TAG: buildTag },
  });
}
