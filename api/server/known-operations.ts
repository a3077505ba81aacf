import { readdirSync, readFileSync } from 'node:fs';
import { HoplineError } from '../../engine/plan/errors.ts';

/** Documents by the SHA-256 of their text, in hex. */
export type Operations = ReadonlyMap<string, string>;

/** What the command line and the page send. Written by `npx tsx scripts/write-operations.ts`. */
export const OUR_OPERATIONS = new URL('../operations.json', import.meta.url);

/** @throws CONFIG_INVALID for what is no such file */
export function readOperations(file: URL | string): Operations {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>));
  } catch (cause) {
    throw new HoplineError(
      'CONFIG_INVALID',
      `HOPLINE_API_PERSISTED_ONLY must be a JSON file of documents by their SHA-256, got ${file}`,
      { hint: 'npx tsx scripts/write-operations.ts FILE writes one', cause },
    );
  }
}

export interface ExampleQuery {
  /** `01-runs-with-progress`. */
  name: string;
  text: string;
  /** JSON, from its first line `# variables: {...}`. */
  variables: string | null;
}

/** The ready queries of `api/examples`, in their order: those of docs/api.md. */
export function readExamples(): ExampleQuery[] {
  const folder = new URL('../examples/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      return { name: file.replace('.graphql', ''), text, variables: /^# variables: (.*)$/m.exec(text)?.[1] ?? null };
    });
}

/** The names of the operations that we know: the only ones that may become labels of a metric. */
export function operationNames(): Set<string> {
  const texts = [...readOperations(OUR_OPERATIONS).values(), ...readExamples().map(({ text }) => text)];
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g)].map(([, name]) => name!)),
  );
}
