import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { byRun } from './run-progress.ts';
import { type Visibility, visibleRun } from './visibility.ts';

export interface FailureGroup {
  node: string;
  /** The error's code; for what has none, or a code that says nothing (STEP_FAILED, INTERNAL), the reason without its keys and numbers. */
  cause: string;
  count: number;
  /** The first of the group. */
  example: { key: Digest | null; reason: string };
}

/** SQL of everything that failed in the runs $1: run, level (0 node, 1 task, 2 item), ordinal of the node, item within it, node, key, code, reason. */
const FAILURES = `
  SELECT n.run_id, 0 AS level, n.ordinal, 0 AS item, n.name AS node, NULL::bytea AS key, n.error->>'code' AS code, n.error->>'message' AS reason
    FROM node n WHERE n.run_id = ANY ($1::text[]) AND n.error IS NOT NULL
  UNION ALL
  SELECT n.run_id, 1, n.ordinal, t.ordinal, n.name, t.key, t.error->>'code', t.error->>'message'
    FROM task t JOIN node n ON n.id = t.node_id WHERE t.run_id = ANY ($1::text[]) AND t.state = 'failed'
  UNION ALL
  SELECT n.run_id, 2, n.ordinal, x.ordinal, n.name, s.key, NULL, s.failed
    FROM node n JOIN node_sample x ON x.node_id = n.id JOIN sample s ON s.id = x.sample_id
   WHERE n.run_id = ANY ($1::text[]) AND n.failed > 0 AND s.failed IS NOT NULL
  UNION ALL
  SELECT n.run_id, 2, n.ordinal, x.ordinal, n.name, c.key, NULL, c.failed
    FROM node n JOIN node_score x ON x.node_id = n.id JOIN score c ON c.id = x.score_id
   WHERE n.run_id = ANY ($1::text[]) AND n.failed > 0 AND c.failed IS NOT NULL`;

/** A reason that begins with a code, as the engine's own do: `STEP_OUTPUT_NAN loss of item ...`. */
const OWN_CODE = `substring(reason FROM '^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=\\s)')`;
/** Long hex is a key, everything else numeric is a number: two reasons that differ in these only have one cause. */
const NORMALISED = `left(regexp_replace(regexp_replace(regexp_replace(reason, '\\m[0-9a-f]{8,64}\\M', '…', 'g'),
  '(?<![[:alnum:]_])-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?', '#', 'g'), '\\s+', ' ', 'g'), 160)`;

/** What failed in runs, by cause: the most frequent first, at most `limit` causes a run. */
export async function failureGroupsOf(
  db: Tx,
  runIds: readonly string[],
  page: { limit: number },
  visibility: Visibility = null,
): Promise<Map<string, FailureGroup[]>> {
  const rows = await db.query<FailureGroup & { runId: string }>(
    `WITH failure AS MATERIALIZED (SELECT *, coalesce(code, ${OWN_CODE}) AS named FROM (${FAILURES}) all_of_them WHERE ${visibleRun('run_id', 3)}),
     caused AS (
       SELECT *, CASE WHEN named IS NULL THEN ${NORMALISED}
                      WHEN named IN ('STEP_FAILED', 'INTERNAL') AND code IS NOT NULL THEN named || ' ' || ${NORMALISED}
                      WHEN named IN ('STEP_FAILED', 'INTERNAL') THEN ${NORMALISED} ELSE named END AS cause
         FROM failure
     ), grouped AS (
       SELECT run_id, node, cause, count(*)::int AS count,
              (array_agg(jsonb_build_object('key', encode(key, 'hex'), 'reason', reason) ORDER BY level, item))[1] AS example,
              row_number() OVER (PARTITION BY run_id ORDER BY count(*) DESC, ordinal, cause) AS place
         FROM caused GROUP BY run_id, ordinal, node, cause
     )
     SELECT run_id AS "runId", node, cause, count, example FROM grouped WHERE place <= $2 ORDER BY run_id, place`,
    [runIds, page.limit, visibility],
  );
  return byRun(rows);
}

/** What failed in a run, by cause: the most frequent first. Default: the first 20 causes. */
export async function failureGroups(db: Tx, runId: string, page: { limit?: number } = {}): Promise<FailureGroup[]> {
  return (await failureGroupsOf(db, [runId], { limit: page.limit ?? 20 })).get(runId) ?? [];
}
