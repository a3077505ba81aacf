import { writeFileSync } from 'node:fs';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/** A schema in SDL, sorted, so that a change shows as a change. `npx tsx api/schema/print-schema.ts` writes `api/schema.graphql`. */
export const printedSchema = (of: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(of))}\n`;

if (process.argv[1] === import.meta.filename) writeFileSync(new URL('../schema.graphql', import.meta.url), printedSchema(schema));
