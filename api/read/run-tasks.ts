import type { StoredError, Tx } from '../../engine/lineage/index.ts';
import { HoplineError } from '../../engine/plan/errors.ts';

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

/** A page of the tasks of a run, in the order in which the plan made them. @throws PAGE_INVALID */
export async function runTasks(
  db: Tx,
  query: { runId: string; node?: string; state?: RunTask['state']; limit: number; after?: string },
): Promise<RunTask[]> {
  const after = Number(query.after ?? 0);
  if (!Number.isSafeInteger(after))
    throw new HoplineError('PAGE_INVALID', `page.after must be a cursor of an earlier page, got ${query.after}`);
  return db.query(
    `SELECT t.id, n.name AS node, t.state, t.shard, t.first, t.count, t.epoch, t.attempts, t.worker, t.device,
            t.device_seconds AS "deviceSeconds", t.leased_at AS "leasedAt", t.committed_at AS "committedAt", t.error
       FROM task t JOIN node n ON n.id = t.node_id
      WHERE t.run_id = $1 AND t.id > $2 AND ($3::text IS NULL OR n.name = $3) AND ($4::text IS NULL OR t.state = $4)
      ORDER BY t.id LIMIT $5`,
    [query.runId, after, query.node ?? null, query.state ?? null, query.limit],
  );
}
