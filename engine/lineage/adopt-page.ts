import type { PlanPage } from '../plan/plan-page.ts';
import type { Tx } from './db.ts';

/** Samples and scores are looked up by the kind of thing that a node makes. */
export type MadeKind = 'sample' | 'score';

/** Items that one statement looks up. */
const ITEMS = 20_000;

const FOUND: Record<MadeKind, string> = {
  sample: `SELECT x.*, s.id, s.failed IS NOT NULL AS failed, s.root_key AS r, s.chain AS c, s.depth AS d, s.hop AS h
             FROM x JOIN sample s USING (key)`,
  score: `SELECT x.*, c.id, c.failed IS NOT NULL AS failed, s.root_key AS r, s.chain AS c, s.depth AS d, s.hop AS h
            FROM x JOIN score c USING (key) JOIN sample s ON s.id = c.sample_id`,
};

/** Keys of the parameter `$1`, 32 bytes each, with their places from 0 on. Half a megabyte as it is costs a tenth of 20,000 parameters. */
const PLACED_KEYS = (count: string): string =>
  `SELECT i, substring($1::bytea FROM i * 32 + 1 FOR 32) AS key FROM generate_series(0, ${count} - 1) AS i`;

export interface AdoptedItems {
  cached: number;
  failed: number;
  /** How many items of each batch exist, by the number of the batch; those without any are missing. */
  batches: ReadonlyMap<number, number>;
}

/** Makes whatever exists of a node's items of a page members of the node. */
export async function adoptPage(
  tx: Tx,
  page: PlanPage,
  node: { name: string; id: number; batchSize: number; kind: MadeKind },
): Promise<AdoptedItems> {
  const places = page.header.nodes[node.name]!.items;
  const batches = new Map<number, number>();
  const adopted = { cached: 0, failed: 0, batches };
  const step = Math.max(1, Math.floor(ITEMS / node.batchSize)) * node.batchSize;
  const total = page.count(node.name);
  for (let first = 0; first < total; first += step) {
    const count = Math.min(step, total - first);
    const rows = await tx.query<{ batch: number; found: number; failed: number }>(
      `WITH keys AS MATERIALIZED (${PLACED_KEYS('$3')}),
       x AS (
         SELECT i, $4 + i AS ordinal, key, substring($2::bytea FROM i * 32 + 1 FOR 32) AS root_key,
                ($5::int[])[($9 + i) % $8 + 1] AS chain, ($6::int[])[($9 + i) % $8 + 1] AS depth, ($7::int[])[($9 + i) % $8 + 1] AS hop FROM keys
       ), found AS MATERIALIZED (${FOUND[node.kind]}),
       inserted AS (
         INSERT INTO node_${node.kind} (node_id, ordinal, ${node.kind}_id, root_key, chain, depth, hop)
         SELECT $10, ordinal, id, nullif(root_key, r), nullif(chain, c), nullif(depth, d), nullif(hop, h) FROM found ORDER BY 2
         ON CONFLICT DO NOTHING
       )
       SELECT ($9 + i) / $11 AS batch, count(*) AS found, count(*) FILTER (WHERE failed) AS failed FROM found GROUP BY 1`,
      [
        page.keys(node.name, first, count),
        page.rootKeys(node.name, first, count),
        count,
        page.offset(node.name) + first,
        places.map((place) => place.chain),
        places.map((place) => place.depth),
        places.map((place) => place.hop),
        places.length,
        first,
        node.id,
        node.batchSize,
      ],
    );
    for (const { batch, found, failed } of rows) {
      batches.set(batch, found);
      adopted.cached += found - failed;
      adopted.failed += failed;
    }
  }
  return adopted;
}

/** How many of the keys, 32 bytes each, exist. */
export async function countExisting(db: Tx, kind: MadeKind, keys: Buffer): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `WITH keys AS MATERIALIZED (${PLACED_KEYS('octet_length($1::bytea) / 32')}) SELECT count(*) AS count FROM keys JOIN ${kind} USING (key)`,
    [keys],
  );
  return row!.count;
}

/** Which of the steps (`name@version`) were ever committed: of the others nothing exists, and nothing need be looked up. */
export async function stepsEverRun(db: Tx, steps: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ step: string }>(
    'SELECT step FROM unnest($1::text[]) AS step WHERE EXISTS (SELECT FROM derivation d WHERE d.step = step.step)',
    [[...new Set(steps)]],
  );
  return new Set(rows.map((row) => row.step));
}
