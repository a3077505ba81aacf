import type { Tx } from './db.ts';
import type { StoredError } from './run-row.ts';
import { type TaskUnit, unitFilter } from './task-unit.ts';

/** The first of a unit's tasks that failed for good, and how many did; null when none has. */
export async function unitFailure(db: Tx, runId: string, unit: TaskUnit): Promise<{ error: StoredError; tasks: number } | null> {
  const filter = unitFilter(unit, 2);
  const [failure] = await db.query<{ error: StoredError; tasks: number }>(
    `SELECT t.error, count(*) OVER ()::int AS tasks FROM task t JOIN node n ON n.id = t.node_id
      WHERE t.run_id = $1 AND t.state = 'failed' AND ${filter.sql} ORDER BY n.ordinal, t.first LIMIT 1`,
    [runId, ...filter.values],
  );
  return failure ?? null;
}

/** How the tasks of a task's node have ended so far. */
export async function nodeStanding(db: Tx, taskId: number): Promise<{ failed: number; committed: number }> {
  const [standing] = await db.query<{ failed: number; committed: number }>(
    `SELECT count(*) FILTER (WHERE state = 'failed')::int AS failed, count(*) FILTER (WHERE state = 'committed')::int AS committed
       FROM task WHERE node_id = (SELECT node_id FROM task WHERE id = $1)`,
    [taskId],
  );
  return standing!;
}
