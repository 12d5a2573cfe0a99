import { runStageScript } from '@istio-ci/pipeline';

await runStageScript('depend');
