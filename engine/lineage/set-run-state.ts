import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { closeRunIds } from './close-run-ids.ts';
import { bytea, jsonb } from './column-values.ts';
import { NODE_IS_COMPLETE } from './count-progress.ts';
import type { Db, Tx } from './db.ts';
import { getRun, runNotFound } from './get-run.ts';
import { type ExecutionFacts, recordResume } from './run-executions.ts';
import type { RunRow, StoredError } from './run-row.ts';
import { isFinished, mayFollow, type RunState } from './run-state.ts';
import { writeEvents } from './write-events.ts';

export interface RunChange {
  error?: StoredError;
  rootDigest?: Digest;
  /** The plan that this change relies on; a conflict where another one was stored meanwhile. */
  planDigest?: Digest;
  /** A resume: recorded as another execution, a wish to cancel is forgotten, what failed is pending again. */
  resumed?: ExecutionFacts;
}

/** Moves a run to a state; staying where it is is legal, since an activity may run twice.
 *  A resume (FAILED or CANCELLED -> QUEUED) also wakes its failed nodes and tasks. What was given as the reason to cancel becomes the
 *  error of a cancelled run. @throws RUN_STATE_CONFLICT, RUN_NOT_FOUND */
export async function setRunState(db: Db, id: string, to: RunState, change: RunChange = {}): Promise<RunRow> {
  return db.transaction(async (tx) => {
    const [run] = await tx.query<{ state: RunState; planDigest: Digest | null }>(
      'SELECT state, plan_digest AS "planDigest" FROM run WHERE id = $1 FOR NO KEY UPDATE',
      [id],
    );
    if (!run) throw runNotFound(id, await closeRunIds(tx, id));
    if (!mayFollow(run.state, to)) throw conflict(id, run.state, to);
    if (change.planDigest && change.planDigest !== run.planDigest) throw otherPlan(id, change.planDigest, run.planDigest);
    const [moved] = await tx.query<{ error: StoredError | null }>(
      `UPDATE run SET state = $2, root_digest = coalesce($4, root_digest),
                      error = coalesce($3, CASE WHEN $2 = 'CANCELLED' AND cancel_reason IS NOT NULL
                                                THEN jsonb_build_object('code', 'CANCELLED', 'message', cancel_reason) END),
                      started_at = CASE WHEN $2 = 'RUNNING' THEN coalesce(started_at, now()) ELSE started_at END,
                      finished_at = CASE WHEN NOT $5 THEN NULL ELSE coalesce(finished_at, now()) END
        WHERE id = $1 RETURNING error`,
      [id, to, jsonb(change.error), bytea(change.rootDigest), isFinished(to)],
    );
    if (change.resumed) await recordResume(tx, id, change.resumed);
    if (change.resumed || (to === 'QUEUED' && isFinished(run.state))) await wake(tx, id);
    if (run.state !== to) {
      if (to === 'FAILED' || to === 'CANCELLED') await stopNodes(tx, id);
      const error = moved!.error;
      await writeEvents(tx, [
        { runId: id, type: 'run.state', payload: { from: run.state, to, ...(error && { error: { ...error } }) } },
      ]);
    }
    return getRun(tx, id);
  });
}

async function wake(tx: Tx, runId: string): Promise<void> {
  await tx.query(`UPDATE task SET state = 'pending' WHERE run_id = $1 AND state = 'failed'`, [runId]);
  await tx.query(
    `UPDATE node n SET state = CASE WHEN ${NODE_IS_COMPLETE} THEN 'SUCCEEDED' ELSE 'PENDING' END, error = NULL, finished_at = NULL
      WHERE run_id = $1 AND state IN ('FAILED', 'CANCELLED')`,
    [runId],
  );
}

async function stopNodes(tx: Tx, runId: string): Promise<void> {
  await tx.query(`UPDATE node SET state = 'CANCELLED', finished_at = now() WHERE run_id = $1 AND state = 'RUNNING'`, [runId]);
}

function conflict(id: string, from: RunState, to: RunState): HoplineError {
  const rule = isFinished(from) ? `be unfinished to become ${to}` : `be in a state that ${to} may follow`;
  const hint = isFinished(from) && from !== 'SUCCEEDED' ? `hopline resume ${id}` : `hopline show ${id}`;
  return new HoplineError('RUN_STATE_CONFLICT', `run ${id} must ${rule}, got ${from}`, { hint });
}

function otherPlan(id: string, expected: Digest, got: Digest | null): HoplineError {
  return new HoplineError(
    'RUN_STATE_CONFLICT',
    `run ${id}.planDigest must be ${expected.slice(0, 12)}, got ${got?.slice(0, 12) ?? 'none'}`,
  );
}
