import { packageConfig } from '@istio-ci/vitest-config';

// The unit suite and `no-engine` start vitest once for all packages: starting it in each of them takes longer than the tests.
export default packageConfig();
