import { packageConfig } from '@istio-ci/vitest-config';

// These run alone: a gc in another test would change their results.
export default packageConfig({ besideEachOther: true });
