import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/** The API in SDL, sorted, so that a change shows as a change. `npx tsx api/schema/print-schema.ts` writes `api/schema.graphql`. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;

if (process.argv[1] === import.meta.filename) writeFileSync(new URL('../schema.graphql', import.meta.url), printedSchema());
