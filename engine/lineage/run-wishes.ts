import type { Tx } from './db.ts';

/** What whoever works on a run should do. */
export type RunWish = 'go' | 'pause' | 'cancel';

export interface RunWishes {
  wishes: Map<string, RunWish>;
  /** Runs that want to get on, these included. */
  running: number;
}

export async function runWishes(db: Tx, runIds: readonly string[]): Promise<RunWishes> {
  const rows = await db.query<{ id: string; wish: RunWish; running: number }>(
    `SELECT id, CASE WHEN state = 'CANCELLED' OR cancel_requested_at IS NOT NULL THEN 'cancel' WHEN state = 'PAUSED' THEN 'pause' ELSE 'go' END AS wish,
            (SELECT count(*)::int FROM run WHERE state = 'RUNNING') AS running
       FROM run WHERE id = ANY ($1)`,
    [runIds],
  );
  return { wishes: new Map(rows.map(({ id, wish }) => [id, wish])), running: rows[0]?.running ?? 0 };
}
