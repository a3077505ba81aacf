import type { Digest } from '../plan/digest.ts';
import { anyLength } from './column-values.ts';
import type { Tx } from './db.ts';
import { INPUTS, type InputRef } from './derivation-inputs.ts';
import { ownPlace } from './own-place.ts';
import { type Visibility, visibleScore } from './visibility.ts';

export interface SampleScore {
  id: number;
  key: Digest;
  /** null when the scorer failed. */
  loss: number | null;
  values: Record<string, number>;
  /** Why there is none. */
  failed: string | null;
  step: string;
  /** What of the teacher's states judged it: the scorer's param `source`, where it has one. */
  source: string | null;
  runId: string;
  node: string;
  /** The checkpoint that judged it; null for a scorer that reads none. */
  teacher: Digest | null;
  inputs: InputRef[];
}

const A_SAMPLE = 1_000;

/** Scores by sample, oldest first, at most 1,000 a sample. */
export async function sampleScores(
  db: Tx,
  sampleIds: readonly number[],
  visibility: Visibility,
): Promise<Map<number, SampleScore[]>> {
  const rows = await db.query<SampleScore & { sampleId: number }>(
    `SELECT x.id AS "sampleId", c.id, c.key, c.loss, coalesce(c."values", '{}') AS "values", c.failed, d.step, d.params->>'source' AS source,
            coalesce(own.run_id, d.run_id) AS "runId", coalesce(own.name, d.node) AS node,
            (SELECT o.key FROM derivation_input i JOIN outcome o ON o.id = i.outcome_id
              WHERE i.derivation_id = d.id AND o.kind = 'checkpoint' ORDER BY i.role LIMIT 1) AS teacher, ${INPUTS}
       FROM unnest(${anyLength(1, 'bigint')}) AS x (id)
       CROSS JOIN LATERAL (SELECT * FROM score WHERE sample_id = x.id AND ${visibleScore('score.id', 2)} ORDER BY id LIMIT ${A_SAMPLE}) c
       JOIN derivation d ON d.id = c.derivation_id ${ownPlace('score', 'c.id', 'd.run_id', 2)}
      ORDER BY c.id`,
    [sampleIds, visibility],
  );
  return bySample(rows);
}

/** Rows by the sample that they are about. */
export function bySample<T extends { sampleId: number }>(rows: readonly T[]): Map<number, Omit<T, 'sampleId'>[]> {
  const grouped = new Map<number, Omit<T, 'sampleId'>[]>();
  for (const { sampleId, ...row } of rows) {
    const known = grouped.get(sampleId);
    if (known) known.push(row);
    else grouped.set(sampleId, [row]);
  }
  return grouped;
}
