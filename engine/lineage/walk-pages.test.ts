import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { createRun } from './create-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { walkPages } from './walk-pages.ts';
import type { WalkedEdge, WalkPlace, Way } from './walked-edges.ts';

const SAMPLES = 40;
const ROLES = ['text', 'example'];

describe('pages of a walk', () => {
  const database = useDatabase(startEmbedded);
  let ids: number[];
  let projects: { id: number; node: number }[];
  beforeAll(async () => {
    const { db } = database;
    projects = [await project('ours'), await project('theirs')];
    const rows = await db.query<{ id: number }>(
      `INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, bytes)
       SELECT d, d, 'text', d, 0, 0, 0, 1 FROM generate_series(1, ${SAMPLES}) i CROSS JOIN LATERAL (SELECT sha256(i::text::bytea) AS d) x RETURNING id`,
    );
    ids = rows.map(({ id }) => id);
  });

  async function project(name: string) {
    const run = { project: name, pipeline: 'p', pipelineVersion: '1', params: {}, seed: 1, codeRevision: 'c', environment: {} };
    const { id: runId } = await createRun(database.db, run);
    const [node] = await database.db.query<{ id: number; project: number }>(
      `INSERT INTO node (run_id, ordinal, name, kind, step, key, code_digest, params, models, inputs, depends_on, resource, expected)
       VALUES ($1, 0, 'hop', 'map', 's@1', '\\x00', '\\x00', '{}', '{}', '{}', '{}', 'cpu', 1)
       RETURNING id, (SELECT project_id FROM run WHERE id = $1) AS project`,
      [runId],
    );
    return { id: node!.project, node: node!.id };
  }

  /** Numbers of samples: children have the larger ones. `hidden`: samples that only the other project has. */
  interface Graph {
    edges: { child: number; parent: number; role: string }[];
    hidden: Set<number>;
  }

  async function store({ edges, hidden }: Graph): Promise<void> {
    const { db } = database;
    await db.query('TRUNCATE edge, node_sample');
    await db.query(`INSERT INTO edge SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[])`, [
      edges.map((edge) => ids[edge.child]),
      edges.map((edge) => ids[edge.parent]),
      edges.map((edge) => edge.role),
      edges.map(() => 0),
    ]);
    await db.query(
      'INSERT INTO node_sample (node_id, ordinal, sample_id) SELECT $1, i, id FROM unnest($2::bigint[]) WITH ORDINALITY x (id, i)',
      [projects[0]!.node, ids.filter((_, index) => !hidden.has(index))],
    );
    await db.query(
      'INSERT INTO node_sample (node_id, ordinal, sample_id) SELECT $1, i, id FROM unnest($2::bigint[]) WITH ORDINALITY x (id, i)',
      [projects[1]!.node, ids],
    );
  }

  /** The same by the book: breadth first, each edge at its shortest distance. */
  function expected({ edges, hidden }: Graph, way: Way, start: number, maxHops: number): WalkPlace[] {
    const found = new Map<string, WalkPlace>();
    let level = new Set([start]);
    for (let depth = 1; depth <= maxHops && level.size > 0; depth++) {
      const next = new Set<number>();
      for (const { child, parent, role } of edges) {
        const [near, far] = way === 'up' ? [child, parent] : [parent, child];
        if (!level.has(near) || hidden.has(far)) continue;
        next.add(far);
        const name = `${near} ${far} ${role}`;
        if (!found.has(name)) found.set(name, { depth, far: ids[far]!, near: ids[near]!, role });
      }
      level = next;
    }
    return [...found.values()].sort(
      (a, b) => a.depth - b.depth || a.far - b.far || a.near - b.near || (a.role < b.role ? -1 : 1),
    );
  }

  const edge = fc
    .record({ a: fc.nat(SAMPLES - 1), b: fc.nat(SAMPLES - 1), role: fc.constantFrom(...ROLES) })
    .filter(({ a, b }) => a !== b)
    .map(({ a, b, role }) => ({ child: Math.max(a, b), parent: Math.min(a, b), role }));
  const graph = fc.record({
    edges: fc.uniqueArray(edge, { maxLength: 90, selector: ({ child, parent, role }) => `${child} ${parent} ${role}` }),
    hidden: fc.uniqueArray(fc.nat(SAMPLES - 1), { maxLength: 5 }).map((hidden) => new Set(hidden)),
  });

  test('all pages together are the walk, whatever hangs together how', async () => {
    const asked = fc.record({
      graph,
      way: fc.constantFrom<Way>('up', 'down'),
      first: fc.integer({ min: 1, max: 12 }),
      maxHops: fc.integer({ min: 1, max: 32 }),
      starts: fc.uniqueArray(fc.nat(SAMPLES - 1), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ graph: drawn, way, first, maxHops, starts }) => {
        await store(drawn);
        const together = await walkPages(
          database.db,
          way,
          starts.map((start) => ids[start]!),
          { maxHops, first },
          projects[0]!.id,
        );
        for (const start of starts) {
          const right = expected(drawn, way, start, maxHops);
          const seen: WalkedEdge[] = [];
          let after: WalkPlace | undefined;
          for (let more = true; more; ) {
            const pages = await walkPages(database.db, way, [ids[start]!], { maxHops, first, after }, projects[0]!.id);
            const page = pages.get(ids[start]!)!;
            if (!after) expect(together.get(ids[start]!)).toEqual(page);
            expect(page.truncated).toBe(false);
            expect(page.edges.length).toBe(Math.min(first, right.length - seen.length));
            seen.push(...page.edges);
            more = page.hasMore;
            after = page.edges.at(-1);
          }
          expect(seen.map(({ depth, far, near, role }) => ({ depth, far, near, role }))).toEqual(right);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a sample with few children and many grandchildren answers page by page, in order, without walking them all', async () => {
    const { db } = database;
    await db.query('TRUNCATE edge, node_sample');
    const [hub, ...prompts] = ids as [number, ...number[]];
    await db.query('INSERT INTO edge SELECT unnest($1::bigint[]), $2, $3, 0', [prompts, hub, 'prompt']);
    await db.query(
      `INSERT INTO edge SELECT 1000000 + i, ($1::bigint[])[1 + i % $2], 'text', 0 FROM generate_series(1, 30000) i`,
      [prompts, prompts.length],
    );
    let after: WalkPlace | undefined;
    const seen: number[] = [];
    for (let count = 0; count < 4; count++) {
      const page = (await walkPages(db, 'down', [hub], { maxHops: 32, first: 100, after }, null)).get(hub)!;
      expect(page).toMatchObject({ hasMore: true, truncated: false });
      seen.push(...page.edges.map(({ far }) => far));
      after = page.edges.at(-1);
    }
    expect(seen.slice(prompts.length)).toEqual(Array.from({ length: 400 - prompts.length }, (_, index) => 1_000_001 + index));
  });

  test('says when what leads to a page was cut', async () => {
    const { db } = database;
    await db.query('TRUNCATE edge, node_sample');
    const [hub] = ids as [number];
    await db.query(`INSERT INTO edge SELECT 1000000 + i, $1, 'text', 0 FROM generate_series(1, 12000) i`, [hub]);
    await db.query(`INSERT INTO edge SELECT 2000000 + i, 1000000 + i, 'text', 0 FROM generate_series(1, 12000) i`);
    const last = { depth: 1, far: 1_012_000, near: hub, role: 'text' };
    const page = (await walkPages(db, 'down', [hub], { maxHops: 32, first: 100, after: last }, null)).get(hub)!;
    expect(page).toEqual({ edges: [], hasMore: false, truncated: true });
  });
});
