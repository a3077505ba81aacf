import type { StoredError, Tx } from '../../engine/lineage/index.ts';
import { byRun } from '../../engine/lineage/run-progress.ts';
import { type Visibility, visibleRun } from '../../engine/lineage/visibility.ts';

export interface RunTask {
  id: number;
  node: string;
  state: 'pending' | 'running' | 'committed' | 'failed';
  shard: number;
  /** Items `first .. first+count-1` of the shard. */
  first: number;
  count: number;
  epoch: number | null;
  attempts: number;
  worker: string | null;
  device: string | null;
  deviceSeconds: number | null;
  leasedAt: Date | null;
  committedAt: Date | null;
  error: StoredError | null;
}

export interface TaskQuery {
  node?: string;
  state?: RunTask['state'];
  limit: number;
  /** Id of the last task of the page before. */
  after?: number;
}

const COLUMNS = `t.id, n.name AS node, t.state, t.shard, t.first, t.count, t.epoch, t.attempts, t.worker, t.device,
  t.device_seconds AS "deviceSeconds", t.leased_at AS "leasedAt", t.committed_at AS "committedAt", t.error`;

/** A page of the tasks of each of several runs, in the order in which the plan made them. Node by node, so that each is a walk along an index. */
export async function runTasks(
  db: Tx,
  runIds: readonly string[],
  query: TaskQuery,
  visibility: Visibility,
): Promise<Map<string, RunTask[]>> {
  const rows = await db.query<RunTask & { runId: string }>(
    `SELECT * FROM (
       SELECT t.*, row_number() OVER (PARTITION BY "runId" ORDER BY id) AS place
         FROM (
           SELECT n.run_id AS "runId", t.*
             FROM node n CROSS JOIN LATERAL (
               SELECT ${COLUMNS} FROM task t WHERE t.node_id = n.id AND t.id > $4 AND ($3::text IS NULL OR t.state = $3)
                ORDER BY t.id LIMIT $5) t
            WHERE n.run_id = ANY ($1::text[]) AND ($2::text IS NULL OR n.name = $2) AND ${visibleRun('n.run_id', 6)}) t) paged
      WHERE place <= $5 ORDER BY "runId", place`,
    [runIds, query.node ?? null, query.state ?? null, query.after ?? 0, query.limit, visibility],
  );
  return byRun(rows);
}

/** How many tasks of a run there are, of a node and in a state where these are given. */
export async function countTasks(db: Tx, runId: string, { node, state }: Pick<TaskQuery, 'node' | 'state'>): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM task t JOIN node n ON n.id = t.node_id
      WHERE n.run_id = $1 AND ($2::text IS NULL OR n.name = $2) AND ($3::text IS NULL OR t.state = $3)`,
    [runId, node ?? null, state ?? null],
  );
  return row!.count;
}
