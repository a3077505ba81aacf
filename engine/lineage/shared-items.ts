import type { Tx } from './db.ts';

/** Samples or scores that runs have under the name of one node, by key. */
export interface SharedItems {
  /** By run. */
  counts: number[];
  /** In all of the runs. */
  shared: number;
  /** In one run and none of the others, by run. */
  only: number[];
}

/** What nodes of several runs have in common. Those that don't differ are counted in the index alone. One statement. */
export async function sharedItems(
  db: Tx,
  runIds: readonly string[],
  names: readonly string[],
  differing: ReadonlySet<string>,
): Promise<Map<string, SharedItems>> {
  const rows = await db.query<{ name: string; runs: number; count: number }>(
    `WITH n AS MATERIALIZED (
       SELECT n.id, n.name, x.at, n.name = ANY ($2::text[]) AS differs
         FROM unnest($1::text[]) WITH ORDINALITY AS x (run, at) JOIN node n ON n.run_id = x.run WHERE n.kind IN ('source', 'map')
     ), member AS (
       SELECT n.name, n.at, 0 AS kind, m.sample_id AS id FROM n JOIN node_sample m ON m.node_id = n.id WHERE n.differs
       UNION ALL
       SELECT n.name, n.at, 1, m.score_id FROM n JOIN node_score m ON m.node_id = n.id WHERE n.differs
     ), item AS (
       SELECT name, kind, id, bit_or(1 << (at - 1)::int) AS runs FROM member GROUP BY name, kind, id
     )
     SELECT name, runs, count(*) AS count FROM item GROUP BY name, runs
     UNION ALL
     SELECT name, (1 << cardinality($1::text[])) - 1,
            (SELECT count(DISTINCT sample_id) FROM node_sample WHERE node_id = min(n.id))
            + (SELECT count(DISTINCT score_id) FROM node_score WHERE node_id = min(n.id))
       FROM n WHERE NOT differs GROUP BY name`,
    [runIds, [...differing]],
  );
  const items = new Map<string, SharedItems>(
    names.map((name) => [name, { counts: runIds.map(() => 0), shared: 0, only: runIds.map(() => 0) }]),
  );
  const all = 2 ** runIds.length - 1;
  for (const { name, runs, count } of rows) {
    const found = items.get(name)!;
    if (runs === all) found.shared += count;
    for (const at of runIds.keys()) {
      if (runs & (1 << at)) found.counts[at]! += count;
      if (runs === 1 << at) found.only[at]! += count;
    }
  }
  return items;
}
