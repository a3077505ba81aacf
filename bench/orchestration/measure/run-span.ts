import type { Db } from '../../../engine/lineage/index.ts';

/** What the map tasks of a run took, from the first lease to the last commit. */
export interface RunSpan {
  tasks: number;
  /** Seconds. */
  span: number;
  /** Seconds inside the steps. */
  inside: number;
}

export async function runSpan(db: Db, runId: string): Promise<RunSpan> {
  const [row] = await db.query<{ first: Date; last: Date; tasks: number; inside: number }>(
    `SELECT min(leased_at) AS first, max(committed_at) AS last, count(*) AS tasks, coalesce(sum(device_seconds), 0) AS inside
       FROM task WHERE run_id = $1 AND key IS NULL`,
    [runId],
  );
  const { first, last, tasks, inside } = row!;
  return { tasks, inside, span: (last.getTime() - first.getTime()) / 1000 };
}

/** Milliseconds a task beside those inside the steps. */
export const overheadOf = ({ tasks, span, inside }: RunSpan): number => ((span - inside) / tasks) * 1000;
