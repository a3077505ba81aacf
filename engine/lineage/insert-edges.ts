import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import type { MadeThing } from './made-things.ts';
import type { Ids } from './task-commit.ts';

/** Links new samples to their parents. @throws SAMPLE_NOT_FOUND when a parent isn't stored. */
export async function insertEdges(tx: Tx, things: readonly MadeThing[], children: Ids): Promise<void> {
  const edges = things.flatMap(({ item }) => item.parents.map((parent, ordinal) => ({ child: item.key, ...parent, ordinal })));
  if (!edges.length) return;
  const parents = edges.map((edge) => edge.key);
  const [found] = await tx.query<{ count: number }>(
    `WITH found AS MATERIALIZED (
       SELECT x.child_id, p.id AS parent_id, x.role, x.ordinal
         FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::int[]) AS x (child_id, key, role, ordinal) JOIN sample p USING (key)
     ), linked AS (
       INSERT INTO edge (child_id, parent_id, role, ordinal) SELECT * FROM found ON CONFLICT DO NOTHING
     )
     SELECT count(*) AS count FROM found`,
    [
      edges.map((edge) => children.get(edge.child)),
      byteas(parents),
      edges.map((edge) => edge.role),
      edges.map((edge) => edge.ordinal),
    ],
  );
  // Says which one is missing.
  if (found!.count < edges.length) await sampleIds(tx, parents);
}
