import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collectOperations } from './write-operations.ts';

test('api/operations.json holds the documents of the clients as they are (npx tsx scripts/write-operations.ts)', async () => {
  const written = JSON.parse(readFileSync(new URL('../api/operations.json', import.meta.url), 'utf8')) as object;
  const now = await collectOperations();
  expect(written).toEqual(now);
  expect(Object.keys(now).length).toBeGreaterThan(10);
});
