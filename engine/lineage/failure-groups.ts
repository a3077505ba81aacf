import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';

export interface FailureGroup {
  node: string;
  /** The error's code; for what has none, or a code that says nothing (STEP_FAILED, INTERNAL), the reason without its keys and numbers. */
  cause: string;
  count: number;
  /** The first of the group. */
  example: { key: Digest | null; reason: string };
}

/** SQL of everything that failed in run $1: level (0 node, 1 task, 2 item), ordinal of the node, item within it, node, key, code, reason. */
const FAILURES = `
  SELECT 0 AS level, n.ordinal, 0 AS item, n.name AS node, NULL::bytea AS key, n.error->>'code' AS code, n.error->>'message' AS reason
    FROM node n WHERE n.run_id = $1 AND n.error IS NOT NULL
  UNION ALL
  SELECT 1, n.ordinal, t.ordinal, n.name, t.key, t.error->>'code', t.error->>'message'
    FROM task t JOIN node n ON n.id = t.node_id WHERE t.run_id = $1 AND t.state = 'failed'
  UNION ALL
  SELECT 2, n.ordinal, x.ordinal, n.name, s.key, NULL, s.failed
    FROM node n JOIN node_sample x ON x.node_id = n.id JOIN sample s ON s.id = x.sample_id
   WHERE n.run_id = $1 AND n.failed > 0 AND s.failed IS NOT NULL
  UNION ALL
  SELECT 2, n.ordinal, x.ordinal, n.name, c.key, NULL, c.failed
    FROM node n JOIN node_score x ON x.node_id = n.id JOIN score c ON c.id = x.score_id
   WHERE n.run_id = $1 AND n.failed > 0 AND c.failed IS NOT NULL`;

/** A reason that begins with a code, as the engine's own do: `STEP_OUTPUT_NAN loss of item ...`. */
const OWN_CODE = `substring(reason FROM '^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=\\s)')`;
/** Long hex is a key, everything else numeric is a number: two reasons that differ in these only have one cause. */
const NORMALISED = `left(regexp_replace(regexp_replace(regexp_replace(reason, '\\m[0-9a-f]{8,64}\\M', '…', 'g'),
  '(?<![[:alnum:]_])-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?', '#', 'g'), '\\s+', ' ', 'g'), 160)`;

/** What failed in a run, by cause: the most frequent first. Default: the first 20 causes. */
export function failureGroups(db: Tx, runId: string, page: { limit?: number } = {}): Promise<FailureGroup[]> {
  return db.query(
    `WITH failure AS MATERIALIZED (SELECT *, coalesce(code, ${OWN_CODE}) AS named FROM (${FAILURES}) all_of_them),
     caused AS (
       SELECT *, CASE WHEN named IS NULL THEN ${NORMALISED}
                      WHEN named IN ('STEP_FAILED', 'INTERNAL') AND code IS NOT NULL THEN named || ' ' || ${NORMALISED}
                      WHEN named IN ('STEP_FAILED', 'INTERNAL') THEN ${NORMALISED} ELSE named END AS cause
         FROM failure
     )
     SELECT node, cause, count(*)::int AS count,
            (array_agg(jsonb_build_object('key', encode(key, 'hex'), 'reason', reason) ORDER BY level, item))[1] AS example
       FROM caused GROUP BY ordinal, node, cause ORDER BY count(*) DESC, ordinal, cause LIMIT $2`,
    [runId, page.limit ?? 20],
  );
}
