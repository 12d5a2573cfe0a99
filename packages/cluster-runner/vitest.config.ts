import { packageConfig } from '@istio-ci/vitest-config';

// Alone are those that a gc of another test, at the start of its session, would help or hinder.
export default packageConfig({ besideEachOther: true });
