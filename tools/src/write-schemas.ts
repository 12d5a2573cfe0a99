import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distributionJsonSchema } from '@istio-ci/distribution';
import { repositoryRoot } from '@istio-ci/kit';
import { receiptJsonSchema } from '@istio-ci/release-pusher';
import { runJsonSchema } from '@istio-ci/report';

/** Writes the published JSON schemas. A test beside each schema checks that the file is up to date. */
const schemas = {
  'docs/istio-ci.schema.json': distributionJsonSchema(),
  'docs/receipt.schema.json': receiptJsonSchema(),
  'docs/run.schema.json': runJsonSchema(),
};
for (const [file, text] of Object.entries(schemas)) await writeFile(join(repositoryRoot, file), text);
