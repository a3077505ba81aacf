import { HoplineError } from '../plan/errors.ts';
import type { Db } from './db.ts';
import { getRun } from './get-run.ts';
import type { RunRow } from './run-row.ts';
import { isFinished } from './run-state.ts';

/** Writes down that a run is to be cancelled, and why: workers that have it in hand watch for that. The first wish and reason stand.
 *  @throws RUN_FINISHED, RUN_NOT_FOUND */
export async function requestCancel(db: Db, runId: string, reason?: string): Promise<RunRow> {
  return db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE', [runId]);
    const run = await getRun(tx, runId);
    if (isFinished(run.state))
      throw new HoplineError('RUN_FINISHED', `run ${runId} must be unfinished, got ${run.state}`, {
        hint: `hopline show ${runId}`,
      });
    await tx.query(
      `UPDATE run SET cancel_requested_at = coalesce(cancel_requested_at, now()), cancel_reason = coalesce(cancel_reason, $2) WHERE id = $1`,
      [runId, reason || null],
    );
    return getRun(tx, runId);
  });
}
