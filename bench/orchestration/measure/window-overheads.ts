import type { Db } from '../../../engine/lineage/index.ts';

/** Derivations that one statement reads. */
const ROWS = 10_000;

/** Milliseconds a task between starts, less those inside the step, for every window of consecutive tasks of the device: single tasks are
 *  committed in groups and have no end of their own. */
export async function windowOverheads(db: Db, runId: string, window: number): Promise<number[]> {
  const overheads: number[] = [];
  let open: { at: Date; seconds: number }[] = [];
  for (let after: { at: string; id: number } = { at: '-infinity', id: 0 }; ; ) {
    const rows = await db.query<{ id: number; at: Date; exact: string; seconds: number }>(
      `SELECT id, started_at AS at, started_at::text AS exact, seconds FROM derivation
        WHERE run_id = $1 AND items > 1 AND (started_at, id) > ($2::timestamptz, $3) ORDER BY started_at, id LIMIT ${ROWS}`,
      [runId, after.at, after.id],
    );
    open.push(...rows);
    while (open.length > window) {
      const part = open.slice(0, window);
      const inside = part.reduce((sum, row) => sum + row.seconds, 0);
      overheads.push((open[window]!.at.getTime() - part[0]!.at.getTime() - inside * 1000) / window);
      open = open.slice(window);
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS) return overheads;
    after = { at: last.exact, id: last.id };
  }
}
