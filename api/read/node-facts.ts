import type { Tx } from '../../engine/lineage/index.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import { visibleRun } from '../../engine/lineage/visibility.ts';
import type { JsonObject } from '../../engine/plan/json.ts';

/** What a node holds, besides its counts. */
export interface NodeFacts {
  name: string;
  /** Of a source or map that hands on samples. */
  medium: string | null;
  /** select: how many samples it decided about, and how many of them it kept. */
  decided: number | null;
  kept: number | null;
}

/** The facts of all nodes of runs, by run and node. */
export async function nodeFacts(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility,
): Promise<Map<string, Map<string, NodeFacts>>> {
  const rows = await db.query<NodeFacts & { runId: string }>(
    `SELECT n.run_id AS "runId", n.name,
            (SELECT s.medium FROM node_sample m JOIN sample s ON s.id = m.sample_id WHERE m.node_id = n.id ORDER BY m.ordinal LIMIT 1) AS medium,
            CASE WHEN n.kind = 'select' THEN c.decided END AS decided,
            CASE WHEN n.kind = 'select' THEN c.kept END AS kept
       FROM node n
       LEFT JOIN LATERAL (
         SELECT sum((SELECT count(*) FROM decision d WHERE d.outcome_id = o.outcome_id))::int AS decided,
                sum((SELECT count(*) FROM decision d WHERE d.outcome_id = o.outcome_id AND d.kept))::int AS kept
           FROM node_outcome o WHERE n.kind = 'select' AND o.node_id = n.id) c ON true
      WHERE n.run_id = ANY ($1::text[]) AND ${visibleRun('n.run_id', 2)}`,
    [runIds, visibility],
  );
  const facts = new Map<string, Map<string, NodeFacts>>();
  for (const { runId, ...fact } of rows)
    facts.set(runId, (facts.get(runId) ?? new Map<string, NodeFacts>()).set(fact.name, fact));
  return facts;
}

/** What the reductions of runs found, by run and node. */
export async function nodeResults(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility,
): Promise<Map<string, Map<string, JsonObject>>> {
  const rows = await db.query<{ runId: string; name: string; result: JsonObject }>(
    `SELECT n.run_id AS "runId", n.name, o.result
       FROM node n JOIN node_outcome m ON m.node_id = n.id JOIN outcome o ON o.id = m.outcome_id
      WHERE n.run_id = ANY ($1::text[]) AND n.kind = 'reduce' AND o.result IS NOT NULL AND ${visibleRun('n.run_id', 2)} ORDER BY m.ordinal`,
    [runIds, visibility],
  );
  const results = new Map<string, Map<string, JsonObject>>();
  for (const { runId, name, result } of rows)
    results.set(runId, (results.get(runId) ?? new Map<string, JsonObject>()).set(name, result));
  return results;
}
