import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { introspectedSchema, printedSchema } from './print-schema.ts';

test('api/schema.graphql is the schema that the code builds (npx tsx api/schema/print-schema.ts writes it)', async () => {
  const written = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));
  expect(printedSchema(await introspectedSchema())).toBe(printedSchema(written));
});
