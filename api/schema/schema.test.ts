import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { printedSchema } from './print-schema.ts';
import { schema } from './schema.ts';

test('api/schema.graphql is the schema that the code builds (npx tsx api/schema/print-schema.ts writes it)', () => {
  const written = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));
  expect(printedSchema(written)).toBe(printedSchema(schema));
});
