import { packageConfig } from '@istio-ci/vitest-config';

// For the suites unit and no-engine: one vitest for all packages, because starting it in each takes longer
// than the tests.
export default packageConfig();
