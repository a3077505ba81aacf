import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import type { NewSample } from './insert-samples.ts';
import type { NodeMember } from './node-member.ts';

export type MemberKind = 'sample' | 'score' | 'outcome';

export interface InsertedMember {
  nodeId: number;
  ordinal: number;
  failed: boolean;
}

/** What to insert for each kind: the members `x` that exist. */
const FOUND: Record<MemberKind, string> = {
  sample:
    'SELECT x.*, s.id, s.failed IS NOT NULL AS failed, s.root_key AS r, s.chain AS c, s.depth AS d, s.hop AS h FROM x JOIN sample s USING (key)',
  score: `SELECT x.*, c.id, c.failed IS NOT NULL AS failed, s.root_key AS r, s.chain AS c, s.depth AS d, s.hop AS h
            FROM x JOIN score c USING (key) JOIN sample s ON s.id = c.sample_id`,
  outcome: 'SELECT x.*, o.id, false AS failed FROM x JOIN outcome o USING (key)',
};

/** Adds things of one kind to nodes. Returns those that are new there; unknown keys are skipped. */
export async function insertMembers(
  tx: Tx,
  kind: MemberKind,
  members: readonly (NodeMember & { nodeId: number })[],
): Promise<InsertedMember[]> {
  if (!members.length) return [];
  const placed = kind !== 'outcome';
  return tx.query<InsertedMember>(
    `WITH x AS MATERIALIZED (
       SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[], $4::bytea[], $5::int[], $6::int[], $7::int[])
                  AS x (node_id, ordinal, key, root_key, chain, depth, hop)
     ), found AS MATERIALIZED (${FOUND[kind]}),
     inserted AS (
       INSERT INTO node_${kind} (node_id, ordinal, ${kind}_id ${placed ? ', root_key, chain, depth, hop' : ''})
       SELECT node_id, ordinal, id ${placed ? ', nullif(root_key, r), nullif(chain, c), nullif(depth, d), nullif(hop, h)' : ''}
         FROM found ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING RETURNING node_id, ordinal, ${kind}_id AS id
     )
     SELECT node_id AS "nodeId", ordinal, failed FROM inserted JOIN found USING (node_id, ordinal, id)`,
    [
      members.map((member) => member.nodeId),
      members.map((member) => member.ordinal),
      byteas(members.map((member) => member.key)),
      byteas(members.map((member) => member.rootKey)),
      members.map((member) => member.chain ?? null),
      members.map((member) => member.depth ?? null),
      members.map((member) => member.hop ?? null),
    ],
  );
}

/** Adds samples that were inserted just now: what there is to know of them is known. Returns those that are new members. */
export async function insertNewMembers(
  tx: Tx,
  members: readonly (NodeMember & { nodeId: number; sample: NewSample })[],
): Promise<InsertedMember[]> {
  if (!members.length) return [];
  const other = <T>(own: T | undefined, stands: T): T | null => (own === undefined || own === stands ? null : own);
  const rows = await tx.query<{ nodeId: number; ordinal: number; id: number }>(
    `INSERT INTO node_sample (node_id, ordinal, sample_id, root_key, chain, depth, hop)
     SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bytea[], $5::int[], $6::int[], $7::int[]) AS x ORDER BY 1, 2, 3
     ON CONFLICT DO NOTHING RETURNING node_id AS "nodeId", ordinal, sample_id AS id`,
    [
      members.map((member) => member.nodeId),
      members.map((member) => member.ordinal),
      members.map(({ sample }) => sample.id),
      byteas(members.map(({ rootKey, sample }) => other(rootKey, sample.rootKey))),
      members.map(({ chain, sample }) => other(chain, sample.chain)),
      members.map(({ depth, sample }) => other(depth, sample.depth)),
      members.map(({ hop, sample }) => other(hop, sample.hop)),
    ],
  );
  const failed = new Set(members.flatMap(({ sample }) => (sample.failed ? [sample.id] : [])));
  return rows.map(({ nodeId, ordinal, id }) => ({ nodeId, ordinal, failed: failed.has(id) }));
}
