import { packageConfig } from '@istio-ci/vitest-config';

// Alone are those that look at endings, which a gc at the start of another session would help, and at the whole engine.
export default packageConfig({ besideEachOther: true });
