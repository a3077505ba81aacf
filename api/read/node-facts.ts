import type { Tx } from '../../engine/lineage/index.ts';

/** What a node holds, besides its counts. */
export interface NodeFacts {
  name: string;
  /** Of a source or map that hands on samples. */
  medium: string | null;
  /** select: how many samples it decided about, and how many of them it kept. */
  decided: number | null;
  kept: number | null;
}

/** The facts of all nodes of a run. */
export function nodeFacts(db: Tx, runId: string): Promise<NodeFacts[]> {
  return db.query(
    `SELECT n.name,
            (SELECT s.medium FROM node_sample m JOIN sample s ON s.id = m.sample_id WHERE m.node_id = n.id LIMIT 1) AS medium,
            CASE WHEN n.kind = 'select' THEN c.decided END AS decided,
            CASE WHEN n.kind = 'select' THEN c.kept END AS kept
       FROM node n
       LEFT JOIN LATERAL (SELECT count(*)::int AS decided, count(*) FILTER (WHERE d.kept)::int AS kept
                            FROM node_outcome o JOIN decision d ON d.outcome_id = o.outcome_id
                           WHERE n.kind = 'select' AND o.node_id = n.id) c ON true
      WHERE n.run_id = $1`,
    [runId],
  );
}
