import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import type { MadeThing } from './made-things.ts';
import type { Ids } from './task-commit.ts';

/** Links new samples to their parents. @throws SAMPLE_NOT_FOUND when a parent isn't stored. */
export async function insertEdges(tx: Tx, things: readonly MadeThing[], children: Ids): Promise<void> {
  const edges = things.flatMap(({ item }) => item.parents.map((parent, ordinal) => ({ child: item.key, ...parent, ordinal })));
  if (!edges.length) return;
  const parents = await sampleIds(
    tx,
    edges.map((edge) => edge.key),
  );
  await tx.query(
    `INSERT INTO edge (child_id, parent_id, role, ordinal) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[])
     ON CONFLICT DO NOTHING`,
    [
      edges.map((edge) => children.get(edge.child)),
      edges.map((edge) => parents.get(edge.key)),
      edges.map((edge) => edge.role),
      edges.map((edge) => edge.ordinal),
    ],
  );
}
