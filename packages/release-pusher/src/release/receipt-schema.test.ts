import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { expect, it } from 'vitest';
import { receiptJsonSchema } from './receipt-schema.ts';

it('the published JSON schema is the one of this code', async () => {
  const published = await readFile(join(repositoryRoot, 'docs/receipt.schema.json'), 'utf8');
  expect(published, 'run: node tools/src/write-schemas.ts').toBe(receiptJsonSchema());
});
