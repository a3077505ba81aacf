import type { Tx } from './db.ts';

/** How many things with content each batch of a map node's items has, by the number of the batch within a page; those without any are missing.
 *  `first`: position of the page's first item among all items of the node, `count` items follow. */
export async function committedBatches(
  db: Tx,
  of: { nodeId: number; kind: 'sample' | 'score'; first: number; count: number; batchSize: number },
): Promise<Map<number, number>> {
  const rows = await db.query<{ batch: number; count: number }>(
    `SELECT (m.ordinal - $2) / $4 AS batch, count(*)::int AS count
       FROM node_${of.kind} m JOIN ${of.kind} s ON s.id = m.${of.kind}_id
      WHERE m.node_id = $1 AND m.ordinal >= $2 AND m.ordinal < $2 + $3 AND s.failed IS NULL GROUP BY 1`,
    [of.nodeId, of.first, of.count, of.batchSize],
  );
  return new Map(rows.map(({ batch, count }) => [batch, count]));
}

/** The ordinals of a whole node's products: of a fold its epochs, else 0. */
export async function committedStates(db: Tx, nodeId: number): Promise<number[]> {
  const rows = await db.query<{ ordinal: number }>('SELECT ordinal FROM node_outcome WHERE node_id = $1 ORDER BY ordinal', [
    nodeId,
  ]);
  return rows.map(({ ordinal }) => ordinal);
}
