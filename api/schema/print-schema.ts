import { writeFileSync } from 'node:fs';
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import { schema } from './schema.ts';

/** A schema in SDL, sorted, so that a change shows as a change. `npx tsx api/schema/print-schema.ts` writes `api/schema.graphql`. */
export const printedSchema = (of: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(of))}\n`;

/** The API as a client sees it, by introspection: also where a test runner has loaded a second copy of `graphql`. */
export async function introspectedSchema(): Promise<GraphQLSchema> {
  const yoga = createYoga({ schema, logging: false });
  const body = JSON.stringify({ query: getIntrospectionQuery() });
  const response = await yoga.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  const { data } = (await response.json()) as { data: IntrospectionQuery };
  return buildClientSchema(data);
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(new URL('../schema.graphql', import.meta.url), printedSchema(await introspectedSchema()));
