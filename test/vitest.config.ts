import { packageConfig } from '@istio-ci/vitest-config';

// Tests of endings run alone, because the gc at the start of another session would help them; so do tests
// that look at the whole engine.
export default packageConfig({ besideEachOther: true });
