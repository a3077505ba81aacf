import { byteas, jsonb } from './column-values.ts';
import type { Tx } from './db.ts';
import type { LockedCommit } from './lock-tasks.ts';
import type { LiveCommit } from './task-commit.ts';

/** One row a task: what was asked, and who did it when. */
export async function insertDerivations(tx: Tx, commits: readonly LockedCommit[]): Promise<LiveCommit[]> {
  const rows = await tx.query<{ id: number; taskId: number }>(
    `INSERT INTO derivation (step, params, models, code_digest, run_id, node, task_id, worker, device, started_at, seconds, items)
     SELECT * FROM unnest($1::text[], $2::jsonb[], $3::jsonb[], $4::bytea[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[],
                          $10::timestamptz[], $11::float8[], $12::int[])
     RETURNING id, task_id AS "taskId"`,
    [
      commits.map((commit) => commit.derivation.step),
      commits.map((commit) => jsonb(commit.derivation.params)),
      commits.map((commit) => jsonb(commit.derivation.models)),
      byteas(commits.map((commit) => commit.derivation.codeDigest)),
      commits.map((commit) => commit.runId),
      commits.map((commit) => commit.nodeName),
      commits.map((commit) => commit.taskId),
      commits.map((commit) => commit.worker),
      commits.map((commit) => commit.device),
      commits.map((commit) => commit.startedAt.toISOString()),
      commits.map((commit) => commit.result.seconds),
      commits.map((commit) => (commit.items ? commit.items.length : 1)),
    ],
  );
  const ids = new Map(rows.map((row) => [row.taskId, row.id]));
  return commits.map((commit) => ({ ...commit, derivationId: ids.get(commit.taskId)! }));
}
