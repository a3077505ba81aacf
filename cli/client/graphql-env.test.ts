import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the types of the documents are those of api/schema.graphql', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopline-tada-'));
  try {
    const file = join(folder, 'graphql-env.d.ts');
    execFileSync('npx', ['gql.tada', 'generate-output', '--output', file], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: 'pipe',
    });
    expect(readFileSync(new URL('./graphql-env.d.ts', import.meta.url), 'utf8'), 'npx gql.tada generate-output').toBe(
      readFileSync(file, 'utf8'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
