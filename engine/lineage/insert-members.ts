import type { Digest } from '../plan/digest.ts';
import type { Coordinates } from '../plan/step-io.ts';
import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';

/** A member of a node. Coordinates are kept where they differ from the sample's own: a picture that two texts share is one sample. */
export type NodeMember = { ordinal: number; key: Digest } & Partial<Coordinates>;

export interface InsertedMember {
  nodeId: number;
  ordinal: number;
  failed: boolean;
}

/** Adds samples, scores or outcomes to nodes, whatever their keys turn out to be. Returns those that are new there; unknown keys are
 *  skipped. */
export async function insertMembers(tx: Tx, members: readonly (NodeMember & { nodeId: number })[]): Promise<InsertedMember[]> {
  if (!members.length) return [];
  return tx.query<InsertedMember>(
    `WITH x AS MATERIALIZED (
       SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[], $4::bytea[], $5::int[], $6::int[], $7::int[])
                  AS x (node_id, ordinal, key, root_key, chain, depth, hop)
     ), samples AS (
       INSERT INTO node_sample (node_id, ordinal, sample_id, root_key, chain, depth, hop)
       SELECT x.node_id, x.ordinal, s.id, nullif(x.root_key, s.root_key), nullif(x.chain, s.chain), nullif(x.depth, s.depth), nullif(x.hop, s.hop)
         FROM x JOIN sample s USING (key) ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING RETURNING node_id, ordinal, sample_id
     ), scores AS (
       INSERT INTO node_score (node_id, ordinal, score_id, root_key, chain, depth, hop)
       SELECT x.node_id, x.ordinal, c.id, nullif(x.root_key, s.root_key), nullif(x.chain, s.chain), nullif(x.depth, s.depth), nullif(x.hop, s.hop)
         FROM x JOIN score c USING (key) JOIN sample s ON s.id = c.sample_id ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING RETURNING node_id, ordinal, score_id
     ), outcomes AS (
       INSERT INTO node_outcome (node_id, ordinal, outcome_id)
       SELECT x.node_id, x.ordinal, o.id FROM x JOIN outcome o USING (key) ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING RETURNING node_id, ordinal
     )
     SELECT node_id AS "nodeId", ordinal, s.failed IS NOT NULL AS failed FROM samples JOIN sample s ON s.id = sample_id
     UNION ALL
     SELECT node_id, ordinal, c.failed IS NOT NULL FROM scores JOIN score c ON c.id = score_id
     UNION ALL
     SELECT node_id, ordinal, false FROM outcomes`,
    [
      members.map((member) => member.nodeId),
      members.map((member) => member.ordinal),
      members.map((member) => bytea(member.key)),
      members.map((member) => bytea(member.rootKey)),
      members.map((member) => member.chain ?? null),
      members.map((member) => member.depth ?? null),
      members.map((member) => member.hop ?? null),
    ],
  );
}
