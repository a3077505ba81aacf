import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { printedSchema } from './print-schema.ts';

test('api/schema.graphql is the schema that the code builds', async () => {
  await expect(printedSchema()).toMatchFileSnapshot('../schema.graphql');
  expect(await readFile(new URL('../schema.graphql', import.meta.url), 'utf8')).toBe(printedSchema());
});
