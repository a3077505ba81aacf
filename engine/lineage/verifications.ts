import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import { countProgress } from './count-progress.ts';
import type { Db, Tx } from './db.ts';
import { pagesOf } from './pages.ts';
import { writeEvents } from './write-events.ts';

export type VerificationOutcome = 'match' | 'within-tolerance' | 'mismatch';

/** One derivation that was executed again, beside what is stored of it. */
export interface NewVerification {
  key: Digest;
  outcome: VerificationOutcome;
  /** Largest absolute difference of any number; null where there is none to tell. */
  difference: number | null;
  expected: Digest;
  /** null where it could not be made again. */
  found: Digest | null;
  /** Why it could not be made again. */
  reason: string | null;
}

/** Of one task: who made it again, and as what. */
export interface VerifiedTask {
  runId: string;
  subjectRunId: string;
  node: string;
  step: string;
  /** `role=name@digest` of each model, or null. */
  model: string | null;
  /** `cpu`, `cuda`. */
  provider: string;
  device: string;
  worker: string;
  /** `bitwise`, `tolerance(EPS)`, `stochastic`. */
  determinism: string;
  /** Device-seconds. */
  seconds: number;
  items: readonly NewVerification[];
}

/** Writes down what came of executing a task again. Once a key and run: what is recorded is done, whoever comes second changes nothing. */
export async function recordVerifications(db: Db, task: VerifiedTask): Promise<void> {
  const { runId, items } = task;
  await db.transaction(async (tx) => {
    const rows = await tx.query<{ key: Digest; outcome: VerificationOutcome }>(
      `INSERT INTO verification (run_id, subject_run_id, node, step, model, provider, device, worker, determinism, key, outcome, difference, expected, found, reason)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, x.*
         FROM unnest($10::bytea[], $11::text[], $12::float8[], $13::bytea[], $14::bytea[], $15::text[]) AS x
       ON CONFLICT (run_id, key) DO NOTHING RETURNING key, outcome`,
      [
        runId,
        task.subjectRunId,
        task.node,
        task.step,
        task.model,
        task.provider,
        task.device,
        task.worker,
        task.determinism,
        byteas(items.map((item) => item.key)),
        items.map((item) => item.outcome),
        items.map((item) => item.difference),
        byteas(items.map((item) => item.expected)),
        byteas(items.map((item) => item.found)),
        items.map((item) => item.reason),
      ],
    );
    if (rows.length === 0) return;
    const [node] = await tx.query<{ id: number }>('SELECT id FROM node WHERE run_id = $1 AND name = $2', [runId, task.node]);
    const delta = { nodeId: node!.id, made: rows.length, cached: 0, failed: 0, deviceSeconds: task.seconds };
    const count = (outcome: VerificationOutcome): number => rows.filter((row) => row.outcome === outcome).length;
    const payload = {
      node: task.node,
      match: count('match'),
      withinTolerance: count('within-tolerance'),
      mismatch: count('mismatch'),
      example: rows.find((row) => row.outcome === 'mismatch')?.key ?? null,
    };
    await writeEvents(tx, [...(await countProgress(tx, runId, [delta])), { runId, type: 'verification', payload }]);
  });
}

/** Which of these keys a verifying run has recorded. */
export async function recordedKeys(db: Tx, runId: string, keys: readonly Digest[]): Promise<Set<Digest>> {
  const found = new Set<Digest>();
  for (const page of pagesOf(keys)) {
    const rows = await db.query<{ key: Digest }>('SELECT key FROM verification WHERE run_id = $1 AND key = ANY ($2::bytea[])', [
      runId,
      byteas(page),
    ]);
    for (const { key } of rows) found.add(key);
  }
  return found;
}
