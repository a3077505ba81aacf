import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { type DocumentNode, Kind } from 'graphql';
import { documentText } from '../cli/client/graphql.ts';

/** The documents that the command line and the page send, by the SHA-256 of their text. `npx tsx scripts/write-operations.ts [FILE]` writes them
 *  to `api/operations.json`, or to a file for HOPLINE_API_PERSISTED_ONLY. */
export async function collectOperations(): Promise<Record<string, string>> {
  const texts = new Set<string>();
  for (const folder of ['../cli/operations/', '../web/operations/']) {
    for (const file of modulesIn(new URL(folder, import.meta.url))) {
      for (const exported of Object.values((await import(file)) as Record<string, unknown>)) {
        const text = textOf(exported);
        if (text) texts.add(text);
      }
    }
  }
  return Object.fromEntries([...texts].map((text) => [createHash('sha256').update(text).digest('hex'), text] as const).sort());
}

/** Of a document; fragments alone are no operation. */
function textOf(exported: unknown): string | undefined {
  const { kind, definitions } = (exported ?? {}) as Partial<DocumentNode>;
  const isOperation = definitions?.some((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return kind === Kind.DOCUMENT && isOperation ? documentText(exported as DocumentNode) : undefined;
}

function modulesIn(folder: URL): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .sort()
      .map((file) => new URL(file, folder).href);
  } catch {
    return [];
  }
}

if (process.argv[1] === import.meta.filename) {
  const file = process.argv[2] ?? new URL('../api/operations.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(await collectOperations(), null, 2)}\n`);
}
