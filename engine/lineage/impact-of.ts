import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { resolveSample } from './resolve-sample.ts';
import type { RunMetric } from './run-metrics.ts';

export interface Impact {
  /** Samples derived from it, over all hops; counted up to 10,000. */
  samples: number;
  /** Scores and decisions of it and of those samples. */
  scores: number;
  decisions: number;
  /** The last state of every fold that trained on any of them. */
  checkpoints: { key: Digest; runId: string; node: string; epoch: number }[];
  /** Of results that rest on these checkpoints, directly or through others. */
  metrics: (RunMetric & { runId: string })[];
  /** Runs that have any of this, oldest first. */
  runs: string[];
}

const MAX_SAMPLES = 10_000;

/** Everything downstream of one sample: edges, then training sets, then what read those checkpoints. @throws SAMPLE_NOT_FOUND */
export async function impactOf(db: Tx, sampleKey: Digest): Promise<Impact> {
  const start = await resolveSample(db, sampleKey);
  const reached = await db.query<{ id: number }>(
    `WITH RECURSIVE reached (id) AS (
       SELECT $1::bigint UNION SELECT e.child_id FROM reached r JOIN edge e ON e.parent_id = r.id
     ) SELECT id FROM reached LIMIT $2`,
    [start.id, MAX_SAMPLES + 1],
  );
  const samples = reached.map((row) => row.id);
  const [counts] = await db.query<{ scores: number; decisions: number }>(
    `SELECT (SELECT count(*) FROM score WHERE sample_id = ANY ($1::bigint[])) AS scores,
            (SELECT count(*) FROM decision WHERE sample_id = ANY ($1::bigint[])) AS decisions`,
    [samples],
  );
  const outcomes = await downstream(db, samples);
  const checkpoints = await db.query<Impact['checkpoints'][number]>(
    `SELECT DISTINCT ON (d.run_id, d.node) o.key, d.run_id AS "runId", d.node, o.epoch
       FROM outcome o JOIN derivation d ON d.id = o.derivation_id
      WHERE o.id = ANY ($1::bigint[]) AND o.kind = 'checkpoint' ORDER BY d.run_id, d.node, o.epoch DESC`,
    [outcomes],
  );
  const metrics = await db.query<Impact['metrics'][number]>(
    `SELECT d.run_id AS "runId", d.node, c.key AS checkpoint, m.name, m.slice, m.mode, m.value, m.low, m.high
       FROM metric m JOIN outcome o ON o.id = m.outcome_id JOIN derivation d ON d.id = o.derivation_id
       LEFT JOIN outcome c ON c.id = m.checkpoint_id
      WHERE m.outcome_id = ANY ($1::bigint[]) ORDER BY m.id LIMIT 10000`,
    [outcomes],
  );
  const runs = [...new Set([...checkpoints, ...metrics].map((row) => row.runId))].sort();
  return { samples: samples.length - 1, ...counts!, checkpoints, metrics, runs };
}

/** Outcomes that rest on samples: those that trained on them, decided or predicted on them, and what read those in turn. */
async function downstream(db: Tx, samples: readonly number[]): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `WITH RECURSIVE reached (id) AS (
       (SELECT o.id FROM training_set_member m JOIN outcome o ON o.training_set_id = m.set_id WHERE m.sample_id = ANY ($1::bigint[])
        UNION SELECT outcome_id FROM decision WHERE sample_id = ANY ($1::bigint[])
        UNION SELECT outcome_id FROM prediction WHERE sample_id = ANY ($1::bigint[]))
       UNION
       SELECT o.id FROM reached r JOIN derivation_input i ON i.outcome_id = r.id JOIN outcome o ON o.derivation_id = i.derivation_id
     ) SELECT id FROM reached LIMIT $2`,
    [samples, MAX_SAMPLES],
  );
  return rows.map((row) => row.id);
}
