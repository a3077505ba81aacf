import type { Digest } from '../plan/digest.ts';
import { anyLength } from './column-values.ts';
import type { Tx } from './db.ts';
import { ownPlace } from './own-place.ts';
import { bySample } from './sample-scores.ts';
import { type Visibility, visibleOutcome } from './visibility.ts';

export interface SampleDecision {
  outcome: Digest;
  runId: string;
  node: string;
  kept: boolean;
  rank: number;
  threshold: number | null;
  reason: string;
}

const A_SAMPLE = 1_000;

/** What selections thought of samples, oldest first, at most 1,000 a sample. */
export async function sampleDecisions(
  db: Tx,
  sampleIds: readonly number[],
  visibility: Visibility,
): Promise<Map<number, SampleDecision[]>> {
  const rows = await db.query<SampleDecision & { sampleId: number }>(
    `SELECT x.id AS "sampleId", o.key AS outcome, coalesce(own.run_id, d.run_id) AS "runId", coalesce(own.name, d.node) AS node,
            c.kept, c.rank, c.threshold, c.reason
       FROM unnest(${anyLength(1, 'bigint')}) AS x (id)
       CROSS JOIN LATERAL (SELECT * FROM decision WHERE sample_id = x.id AND ${visibleOutcome('decision.outcome_id', 2)}
                            ORDER BY outcome_id LIMIT ${A_SAMPLE}) c
       JOIN outcome o ON o.id = c.outcome_id JOIN derivation d ON d.id = o.derivation_id ${ownPlace('outcome', 'o.id', 'd.run_id', 2)}
      ORDER BY o.id`,
    [sampleIds, visibility],
  );
  return bySample(rows);
}
