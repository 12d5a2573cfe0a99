import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { receiptJsonSchema } from './receipt-schema.ts';

it('is the schema in receipt.schema.json, which scripts/write-schemas.ts writes', async () => {
  const file = new URL('../../receipt.schema.json', import.meta.url);
  expect(await readFile(file, 'utf8')).toBe(receiptJsonSchema());
});
