import { runNotFound } from '../../engine/lineage/get-run.ts';
import type { RunRow, Tx } from '../../engine/lineage/index.ts';
import { RUN_COLUMNS } from '../../engine/lineage/run-row.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';

/** Runs in the order of their ids; an error where there is none, or it is another project's. */
export async function runsById(db: Tx, ids: readonly string[], visibility: Visibility): Promise<(RunRow | Error)[]> {
  const rows = await db.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id
      WHERE r.id = ANY ($1::text[]) AND ($2::bigint IS NULL OR r.project_id = $2)`,
    [ids, visibility],
  );
  const byId = new Map(rows.map((run) => [run.id, run]));
  return ids.map((id) => byId.get(id) ?? runNotFound(id));
}
