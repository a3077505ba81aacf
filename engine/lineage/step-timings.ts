import type { Tx } from './db.ts';
import { type Visibility, visibleRun } from './visibility.ts';

/** Mean device-seconds an item by `name@version`, from each step's last 200 tasks that are visible. Steps that never ran are missing. */
export async function stepTimings(db: Tx, steps: readonly string[], visibility: Visibility = null): Promise<Map<string, number>> {
  const rows = await db.query<{ step: string; seconds: number }>(
    `SELECT x.step, d.seconds / d.items AS seconds
       FROM unnest($1::text[]) AS x (step) CROSS JOIN LATERAL (
         SELECT sum(seconds) AS seconds, sum(items) AS items
           FROM (SELECT seconds, items FROM derivation WHERE step = x.step AND ${visibleRun('run_id', 2)} ORDER BY id DESC LIMIT 200) latest) d
      WHERE d.items > 0`,
    [[...new Set(steps)], visibility],
  );
  return new Map(rows.map((row) => [row.step, row.seconds]));
}
