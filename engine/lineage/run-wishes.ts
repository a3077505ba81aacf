import type { Tx } from './db.ts';

/** What whoever works on a run should do. */
export type RunWish = 'go' | 'pause' | 'cancel';

export async function runWishes(db: Tx, runIds: readonly string[]): Promise<Map<string, RunWish>> {
  const rows = await db.query<{ id: string; wish: RunWish }>(
    `SELECT id, CASE WHEN state = 'CANCELLED' OR cancel_requested_at IS NOT NULL THEN 'cancel' WHEN state = 'PAUSED' THEN 'pause' ELSE 'go' END AS wish
       FROM run WHERE id = ANY ($1)`,
    [runIds],
  );
  return new Map(rows.map(({ id, wish }) => [id, wish]));
}
