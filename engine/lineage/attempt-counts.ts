import type { Tx } from './db.ts';
import { byRun } from './run-progress.ts';

export interface AttemptCounts {
  node: string;
  /** Tasks of the present plan, by state. */
  tasks: { pending: number; running: number; committed: number; failed: number };
  /** Attempts at them, by how they ended. `open`: at work, or their worker died and nobody has taken the task over yet. */
  attempts: { committed: number; superseded: number; failed: number; released: number; open: number };
  /** Tasks with more than one committed attempt. The fence keeps it at 0. */
  tasksCommittedTwice: number;
  /** Tasks that were leased again after they had been committed: finished batches that were executed again. */
  tasksStartedAfterCommit: number;
}

/** How often the tasks of each node of runs were tried, by run, in the order of nodes. A resume under a new plan starts the counts anew: what was
 *  finished under the old one has no task any more. */
export async function attemptCountsOf(db: Tx, runIds: readonly string[]): Promise<Map<string, AttemptCounts[]>> {
  const tasks = (state: string): string => `'${state}', count(t.id) FILTER (WHERE t.state = '${state}')`;
  const attempts = (outcome: string): string => `'${outcome}', coalesce(sum(a.${outcome}), 0)`;
  const rows = await db.query<AttemptCounts & { runId: string }>(
    `SELECT n.run_id AS "runId", n.name AS node,
            jsonb_build_object(${['pending', 'running', 'committed', 'failed'].map(tasks).join(', ')}) AS tasks,
            jsonb_build_object(${['committed', 'superseded', 'failed', 'released', 'open'].map(attempts).join(', ')}) AS attempts,
            (count(*) FILTER (WHERE a.committed > 1))::int AS "tasksCommittedTwice",
            (count(*) FILTER (WHERE a.last > a.kept))::int AS "tasksStartedAfterCommit"
       FROM node n
       LEFT JOIN task t ON t.node_id = n.id
       LEFT JOIN LATERAL (
         SELECT count(*) FILTER (WHERE outcome = 'committed') AS committed, count(*) FILTER (WHERE outcome = 'superseded') AS superseded,
                count(*) FILTER (WHERE outcome = 'failed') AS failed, count(*) FILTER (WHERE outcome = 'released') AS released,
                count(*) FILTER (WHERE outcome IS NULL) AS open,
                max(fence) AS last, min(fence) FILTER (WHERE outcome = 'committed') AS kept
           FROM attempt WHERE task_id = t.id) a ON true
      WHERE n.run_id = ANY ($1::text[]) AND n.kind <> 'source' GROUP BY n.id ORDER BY n.run_id, n.ordinal`,
    [runIds],
  );
  return byRun(rows);
}

/** The same of one run. */
export const attemptCounts = async (db: Tx, runId: string): Promise<AttemptCounts[]> =>
  (await attemptCountsOf(db, [runId])).get(runId) ?? [];
