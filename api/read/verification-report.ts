import type { Tx } from '../../engine/lineage/index.ts';
import { byRun } from '../../engine/lineage/run-progress.ts';
import { type Visibility, visibleRun } from '../../engine/lineage/visibility.ts';
import type { Digest } from '../../engine/plan/digest.ts';

/** What came of one kind of derivation. */
export interface VerificationGroup {
  node: string;
  step: string;
  model: string | null;
  provider: string | null;
  device: string;
  determinism: string;
  match: number;
  withinTolerance: number;
  mismatch: number;
  /** Of the mismatches those where nothing came out. */
  missing: number;
  /** Largest absolute difference of any number; null where none was told. */
  largestDifference: number | null;
}

/** Of each of several verifying runs, per node, step, models, provider and device, in the order of nodes. */
export async function verificationGroups(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility,
): Promise<Map<string, VerificationGroup[]>> {
  const rows = await db.query<VerificationGroup & { runId: string }>(
    `SELECT c.run_id AS "runId", c.node, c.step, c.model, c.provider, c.device, c.determinism,
            count(*) FILTER (WHERE c.outcome = 'match')::int AS match,
            count(*) FILTER (WHERE c.outcome = 'within-tolerance')::int AS "withinTolerance",
            count(*) FILTER (WHERE c.outcome = 'mismatch')::int AS mismatch,
            count(*) FILTER (WHERE c.outcome = 'mismatch' AND c.found IS NULL)::int AS missing,
            max(c.difference) AS "largestDifference"
       FROM verification c LEFT JOIN node n ON n.run_id = c.run_id AND n.name = c.node
      WHERE c.run_id = ANY ($1::text[]) AND ${visibleRun('c.run_id', 2)}
      GROUP BY c.run_id, n.ordinal, c.node, c.step, c.model, c.provider, c.device, c.determinism
      ORDER BY c.run_id, n.ordinal, c.node, c.step, c.model, c.provider, c.device LIMIT 10000`,
    [runIds, visibility],
  );
  return byRun(rows);
}

export interface VerifiedDerivation {
  id: number;
  key: Digest;
  node: string;
  step: string;
  model: string | null;
  provider: string | null;
  device: string;
  worker: string;
  determinism: string;
  outcome: string;
  difference: number | null;
  expected: Digest;
  found: Digest | null;
  reason: string | null;
  at: Date;
}

/** What came out otherwise in each of several verifying runs, in the order of its finding. */
export async function mismatchesOf(
  db: Tx,
  runIds: readonly string[],
  page: { after?: number; limit: number },
  visibility: Visibility,
): Promise<Map<string, VerifiedDerivation[]>> {
  const rows = await db.query<VerifiedDerivation & { runId: string }>(
    `SELECT r.id AS "runId", v.* FROM unnest($1::text[]) AS r (id) CROSS JOIN LATERAL (
       SELECT id, key, node, step, model, provider, device, worker, determinism, outcome, difference, expected, found, reason, at
         FROM verification WHERE run_id = r.id AND outcome = 'mismatch' AND id > $2 ORDER BY id LIMIT $3) v
      WHERE ${visibleRun('r.id', 4)} ORDER BY 1, v.id`,
    [runIds, page.after ?? 0, page.limit, visibility],
  );
  return byRun(rows);
}

/** The newest run that verifies each of these, as far as there is one, by the run that is verified. */
export async function latestVerifiers(db: Tx, runIds: readonly string[], visibility: Visibility): Promise<Map<string, string>> {
  const rows = await db.query<{ subject: string; id: string }>(
    `SELECT DISTINCT ON (verifies_run_id) verifies_run_id AS subject, id FROM run
      WHERE verifies_run_id = ANY ($1::text[]) AND ($2::bigint IS NULL OR project_id = $2) ORDER BY verifies_run_id, id DESC`,
    [runIds, visibility],
  );
  return new Map(rows.map(({ subject, id }) => [subject, id]));
}
