import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { countStatements } from '../../api/testing/count-statements.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { useDatabase } from '../lineage/fixtures/use-database.ts';
import { KEY_BYTES, PlanPage } from '../plan/plan-page.ts';
import { ExistingCount } from './existing-count.ts';

describe('counting what exists', () => {
  const database = useDatabase(startEmbedded);
  const keyOf = (index: number): Buffer => createHash('sha256').update(`item ${index}`).digest();

  /** `roots` records of the root's key and that of its one item. */
  function pageOf(shard: number, roots: number): PlanPage {
    const item = { chain: 0, depth: 1, hop: 1, parents: [] };
    const nodes = { hop: { slot: 1, offset: shard * roots, seeded: false, items: [item] } };
    const page = PlanPage.empty({ stage: 0, shard, seed: 1, from: shard * roots, roots, slots: 2, nodes });
    for (let root = 0; root < roots; root++) keyOf(shard * roots + root).copy(page.buffer, page.position(root, 1));
    return page;
  }

  test.each([
    ['many small pages', 30, 10, 1],
    ['pages that are larger together than one statement takes', 3, 9_000, 2],
    ['a page that is larger by itself', 1, 41_000, 3],
  ])('of %s', async (_what, pages, roots, statements) => {
    const keys = Array.from({ length: pages * roots }, (_, index) => index).filter((index) => index % 3 === 0);
    await database.db.query(
      `INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, bytes)
       SELECT k, k, 'text', k, 0, 1, 1, 1 FROM (SELECT substring($1::bytea FROM i * $2::int + 1 FOR $2) AS k FROM generate_series(0, $3::int - 1) AS i) x
       ON CONFLICT DO NOTHING`,
      [Buffer.concat(keys.map(keyOf)), KEY_BYTES, keys.length],
    );
    const db = countStatements(database.db);
    const count = new ExistingCount(db, new Map([['hop', 'sample']]));
    for (let shard = 0; shard < pages; shard++) await count.add(pageOf(shard, roots));
    const found = await count.finish();
    expect(db.taken()).toHaveLength(statements);
    const [{ existing }] = (await database.db.query<{ existing: number }>(
      'SELECT count(*) AS existing FROM sample WHERE key = ANY ($1::bytea[])',
      [Array.from({ length: pages * roots }, (_, index) => keyOf(index))],
    )) as [{ existing: number }];
    expect(existing).toBeGreaterThanOrEqual(keys.length);
    expect(found).toEqual(new Map([['hop', existing]]));
  });
});
