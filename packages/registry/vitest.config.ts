import { packageConfig } from '@istio-ci/vitest-config';

export default packageConfig();
