import type { JsonObject } from '../plan/json.ts';
import { jsonb } from './column-values.ts';
import type { Tx } from './db.ts';
import { byRun } from './run-progress.ts';

/** What an execution of a run was started with. Part of no key. */
export interface ExecutionFacts {
  codeRevision: string;
  environment: JsonObject;
}

export interface RunExecution extends ExecutionFacts {
  /** 0 is the launch. */
  number: number;
  reason: 'launched' | 'resumed';
  startedAt: Date;
}

/** Every time that runs were started, the launch first, by run. */
export async function executionsOf(db: Tx, runIds: readonly string[]): Promise<Map<string, RunExecution[]>> {
  const rows = await db.query<RunExecution & { runId: string }>(
    `SELECT run_id AS "runId", number, reason, code_revision AS "codeRevision", environment, started_at AS "startedAt"
       FROM run_execution WHERE run_id = ANY ($1::text[]) ORDER BY run_id, number`,
    [runIds],
  );
  return byRun(rows);
}

/** Every time that a run was started, the launch first. */
export const runExecutions = async (db: Tx, runId: string): Promise<RunExecution[]> =>
  (await executionsOf(db, [runId])).get(runId) ?? [];

/** The launch, as the run's own row tells it. Changes nothing where it is recorded: runs that are older than the table have none. */
export async function recordLaunch(tx: Tx, runId: string): Promise<void> {
  await tx.query(
    `INSERT INTO run_execution (run_id, number, reason, code_revision, environment, started_at)
     SELECT id, 0, 'launched', code_revision, environment, created_at FROM run WHERE id = $1 ON CONFLICT DO NOTHING`,
    [runId],
  );
}

/** The next execution. The caller holds the run's lock. A wish to cancel does not outlive it. */
export async function recordResume(tx: Tx, runId: string, { codeRevision, environment }: ExecutionFacts): Promise<void> {
  await recordLaunch(tx, runId);
  await tx.query(
    `WITH next AS (
       INSERT INTO run_execution (run_id, number, reason, code_revision, environment)
       SELECT $1, max(number) + 1, 'resumed', $2, $3 FROM run_execution WHERE run_id = $1 RETURNING number
     )
     UPDATE run SET attempts = next.number + 1, cancel_requested_at = NULL, cancel_reason = NULL FROM next WHERE id = $1`,
    [runId, codeRevision, jsonb(environment)],
  );
}
