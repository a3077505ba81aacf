import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, type DocumentNode, Kind, validate } from 'graphql';
import { expect, test } from 'vitest';

const schema = buildSchema(readFileSync(new URL('../../api/schema.graphql', import.meta.url), 'utf8'));
const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const documents = await Promise.all(
  files.map(async (file) =>
    Object.entries((await import(new URL(file, import.meta.url).href)) as Record<string, DocumentNode>).filter(([, exported]) =>
      isOperation(exported),
    ),
  ),
);

test.each(documents.flat())('%s asks for what the API has', (_name, document) => {
  expect(validate(schema, document).map((error) => error.message)).toEqual([]);
});

/** Fragments are checked with the operations that spread them. */
function isOperation({ kind, definitions }: DocumentNode): boolean {
  return kind === Kind.DOCUMENT && definitions.some((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}
