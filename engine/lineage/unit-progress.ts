import type { Tx } from './db.ts';
import { type TaskUnit, unitFilter } from './task-unit.ts';

/** How far a unit is, in items of its tasks (of whole nodes: in tasks). What was cached before has no task and is not counted. */
export async function unitProgress(
  db: Tx,
  runId: string,
  unit: TaskUnit,
): Promise<{ expected: number; done: number; failed: number }> {
  const filter = unitFilter(unit, 2);
  const [progress] = await db.query<{ expected: number; done: number; failed: number }>(
    `SELECT coalesce(sum(t.count), 0) AS expected, coalesce(sum(t.count) FILTER (WHERE t.state = 'committed'), 0) AS done,
            coalesce(sum(t.count) FILTER (WHERE t.state = 'failed'), 0) AS failed
       FROM task t JOIN node n ON n.id = t.node_id WHERE t.run_id = $1 AND ${filter.sql}`,
    [runId, ...filter.values],
  );
  return progress!;
}
