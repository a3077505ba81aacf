import { bytea } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import type { RetractedThing, RetractionRow } from './retractions.ts';
import type { Visibility } from './visibility.ts';
import { writeEvents } from './write-events.ts';

export interface RetractionMark extends RetractedThing {
  reason: string;
  /** Name of the token. */
  by: string | null;
  /** The project for which it holds; null: for all. */
  projectId: Visibility;
  /** Runs to tell. */
  runs: readonly string[];
}

/** Marks something as retracted, or renews the mark with another reason; tells the runs that have it. One transaction. */
export async function markRetracted(db: Db, mark: RetractionMark): Promise<RetractionRow> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ id: number }>(
      `INSERT INTO retraction (kind, key, name, reason, retracted_by, project_id) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (kind, key, project_id) DO UPDATE
          SET reason = excluded.reason, name = excluded.name, retracted_by = excluded.retracted_by, at = now(), withdrawn_at = NULL
       RETURNING id`,
      [mark.kind, bytea(mark.key), mark.name, mark.reason, mark.by, mark.projectId],
    );
    await tell(tx, mark, false);
    return readMark(tx, row!.id);
  });
}

/** Takes a mark back, that of the same project or that for all: plans made from now on use the thing again. null where there is none. */
export async function withdrawRetraction(db: Db, mark: RetractionMark): Promise<RetractionRow | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ id: number }>(
      `UPDATE retraction SET withdrawn_at = now() WHERE kind = $1 AND key = $2 AND project_id IS NOT DISTINCT FROM $3 AND withdrawn_at IS NULL
       RETURNING id`,
      [mark.kind, bytea(mark.key), mark.projectId],
    );
    if (!row) return null;
    await tell(tx, mark, true);
    return readMark(tx, row.id);
  });
}

async function readMark(tx: Tx, id: number): Promise<RetractionRow> {
  const [row] = await tx.query<RetractionRow>(
    `SELECT r.id, r.kind, r.key, r.name, r.reason, r.retracted_by AS "retractedBy", r.at, p.name AS project
       FROM retraction r LEFT JOIN project p ON p.id = r.project_id WHERE r.id = $1`,
    [id],
  );
  return row!;
}

async function tell(tx: Tx, { kind, key, name, reason, runs }: RetractionMark, withdrawn: boolean): Promise<void> {
  const payload = { kind, key, name: name?.slice(0, 200) ?? null, reason, withdrawn };
  await writeEvents(
    tx,
    runs.map((runId) => ({ runId, type: 'run.retraction' as const, payload })),
  );
}
