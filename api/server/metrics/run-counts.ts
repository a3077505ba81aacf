import type { Tx } from '../../../engine/lineage/index.ts';

export interface RunCounts {
  /** Runs by state. */
  runs: Record<string, number>;
  /** Tasks whose output is committed, of all runs. */
  tasksCommitted: number;
}

/** What all instances of the API say alike, because Postgres says it. */
export async function runCounts(db: Tx): Promise<RunCounts> {
  const [runs, tasks] = await Promise.all([
    db.query<{ state: string; count: number }>('SELECT state, count(*) FROM run GROUP BY state'),
    db.query<{ count: number }>(`SELECT count(*) FROM task WHERE state = 'committed'`),
  ]);
  return {
    runs: Object.fromEntries(runs.map(({ state, count }) => [state, count])),
    tasksCommitted: tasks[0]?.count ?? 0,
  };
}
