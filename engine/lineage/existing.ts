import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { pagesOf } from './pages.ts';

export interface ExistingThing {
  kind: 'sample' | 'score' | 'outcome';
  id: number;
  /** Where its bytes lie; null when it failed. */
  artifact: Digest | null;
  /** Row of the artifact; null for outcomes and failures. */
  row: number | null;
  /** It was tried, and there is a reason instead of content. */
  failed: boolean;
}

/** What exists of the given keys, made by whatever run. */
export async function existing(db: Tx, keys: readonly Digest[]): Promise<Map<Digest, ExistingThing>> {
  const found = new Map<Digest, ExistingThing>();
  for (const page of pagesOf(keys)) {
    const rows = await db.query<ExistingThing & { key: Digest }>(
      `WITH wanted AS MATERIALIZED (SELECT unnest($1::bytea[]) AS key)
       SELECT 'sample' AS kind, s.id, s.key, a.digest AS artifact, s."row", s.failed IS NOT NULL AS failed
         FROM wanted JOIN sample s USING (key) LEFT JOIN artifact a ON a.id = s.artifact_id
       UNION ALL
       SELECT 'score', s.id, s.key, a.digest, s."row", s.failed IS NOT NULL
         FROM wanted JOIN score s USING (key) LEFT JOIN artifact a ON a.id = s.artifact_id
       UNION ALL
       SELECT 'outcome', o.id, o.key, a.digest, NULL, false
         FROM wanted JOIN outcome o USING (key) JOIN artifact a ON a.id = o.artifact_id`,
      [byteas(page)],
    );
    for (const { key, ...thing } of rows) found.set(key, thing);
  }
  return found;
}
