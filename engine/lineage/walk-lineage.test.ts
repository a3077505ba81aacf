import { beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type PlannedRun, plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { workThrough } from './fixtures/work-through.ts';
import { impactOf } from './impact-of.ts';
import { sampleStory } from './sample-story.ts';
import { ancestors, descendants } from './walk-lineage.ts';
import { walkPages } from './walk-pages.ts';
import type { WalkPlace } from './walked-edges.ts';

describe('lineage', () => {
  const database = useDatabase(startEmbedded);
  let run: PlannedRun;
  beforeAll(async () => {
    run = await plannedRun(database.db, { name: 'ten-hops', rows: 4, hops: 10 });
    await workThrough(database.db, run);
  });
  const keyAt = (hop: number, row = 0) => run.items[`hop${hop}`]![row]!.key;

  test('ancestors over ten hops lead to the real sample', async () => {
    const page = await ancestors(database.db, keyAt(10), { first: 100 });
    expect(page.edges.map((edge) => edge.depth)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(page.edges.map((edge) => edge.parent)).toEqual(
      [9, 8, 7, 6, 5, 4, 3, 2, 1].map((hop) => keyAt(hop)).concat(run.items.hop1![0]!.rootKey),
    );
    expect(page.edges[9]!.sample).toMatchObject({ medium: 'text', text: 'text 0 of ten-hops', hop: 0 });
    expect(page).toMatchObject({ hasMore: false, truncated: false });
  });

  test('a walk stops at maxHops and goes on page by page', async () => {
    expect((await ancestors(database.db, keyAt(10), { first: 100, maxHops: 3 })).edges.length).toBe(3);
    const seen: number[] = [];
    let after: WalkPlace | undefined;
    for (let more = true; more; ) {
      const page = await descendants(database.db, run.items.hop1![2]!.rootKey, { first: 3, ...(after ? { after } : {}) });
      seen.push(...page.edges.map((edge) => edge.depth));
      after = page.edges.at(-1)!;
      more = page.hasMore;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a diamond gives every edge once, at its shortest distance', async () => {
    await database.db.query(
      `INSERT INTO edge (child_id, parent_id, role, ordinal)
       SELECT c.id, p.id, 'condition', 1 FROM sample c, sample p WHERE c.key = $1 AND p.key = $2`,
      [`\\x${keyAt(10, 1)}`, `\\x${run.items.hop1![1]!.rootKey}`],
    );
    const up = await ancestors(database.db, keyAt(10, 1), { first: 100 });
    expect(up.edges.length).toBe(11);
    expect(
      up.edges
        .filter((edge) => edge.depth === 1)
        .map((edge) => edge.role)
        .sort(),
    ).toEqual(['condition', 'input']);
    const down = await descendants(database.db, run.items.hop1![1]!.rootKey, { first: 100 });
    expect(down.edges.map((edge) => edge.depth)).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('tells the story of a sample from the first characters of its key', async () => {
    const story = await sampleStory(database.db, keyAt(10).slice(0, 12));
    expect(story.sample).toMatchObject({ key: keyAt(10), hop: 10 });
    expect(story.derivation).toMatchObject({ step: 'hop10@1', node: 'hop10', runId: run.runId, worker: 'worker-1', items: 4 });
    expect(story.scores).toMatchObject([{ step: 'judge@1', values: { margin: 0.25 } }]);
    expect(story.decisions).toMatchObject([{ node: 'keep', kept: true, rank: 0, reason: 'rank 0' }]);
    expect(story.trained.map((trained) => trained.epoch)).toEqual([0, 1]);
    expect(story.predictions).toMatchObject([{ label: 'a', logProbabilities: [-0.1, -2.5] }]);
    expect(story.runs).toEqual([run.runId]);
    const root = await sampleStory(database.db, run.items.hop1![0]!.rootKey);
    expect(root).toMatchObject({ derivation: null, datasets: [{ name: 'ten-hops', index: 0, rowId: 'row-0', part: 'train' }] });
  });

  test('follows a real sample down to the metrics that rest on it', async () => {
    const impact = await impactOf(database.db, run.items.hop1![0]!.rootKey);
    expect(impact).toMatchObject({ samples: 10, scores: 1, decisions: 1, runs: [run.runId] });
    expect(impact.checkpoints).toMatchObject([{ node: 'student', epoch: 1 }]);
    expect(impact.metrics).toMatchObject([{ node: 'report', name: 'accuracy', value: 0.75 }]);
  });

  test('says that an impact is cut, by its samples or by what trained on them', async () => {
    const root = run.items.hop1![0]!.rootKey;
    expect(await impactOf(database.db, root)).toMatchObject({ truncated: false });
    // Itself and ten of its making; the last of them is in two epochs, a decision and a report.
    expect(await impactOf(database.db, root, null, 11)).toMatchObject({ samples: 10, truncated: false });
    expect(await impactOf(database.db, root, null, 10)).toMatchObject({ samples: 9, truncated: true });
    expect(await impactOf(database.db, keyAt(10), null, 4)).toMatchObject({ samples: 0, truncated: false });
    expect(await impactOf(database.db, keyAt(10), null, 3)).toMatchObject({ samples: 0, truncated: true });
  });

  test('names a key that is unknown, too short or shared by several', async () => {
    await expect(sampleStory(database.db, 'f'.repeat(64))).rejects.toMatchObject({ code: 'SAMPLE_NOT_FOUND' });
    await expect(sampleStory(database.db, 'abc')).rejects.toMatchObject({ code: 'SAMPLE_NOT_FOUND' });
    await database.db.query(
      `INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, bytes)
       SELECT key, key, 'text', key, 0, 0, 0, 0 FROM (SELECT decode('abcdef' || repeat(digit, 58), 'hex') AS key FROM unnest('{0,1}'::text[]) AS digit) keys`,
    );
    await expect(sampleStory(database.db, 'abcdef')).rejects.toMatchObject({ code: 'SAMPLE_AMBIGUOUS' });
  });

  test('a hub with 20,000 children answers its first page without walking them all', async () => {
    await database.db.query(
      `WITH hub AS (INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, bytes)
         VALUES (sha256('hub'), sha256('hub'), 'text', sha256('hub'), 0, 0, 0, 1) RETURNING id),
       children AS (INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, bytes)
         SELECT sha256(('hub/' || i)::bytea), sha256('x'), 'text', sha256('hub'), 0, 1, 1, 1 FROM generate_series(1, 20000) i RETURNING id)
       INSERT INTO edge SELECT children.id, hub.id, 'input', 0 FROM children, hub`,
    );
    const [hub] = await database.db.query<{ key: string }>(`SELECT sha256('hub') AS key`);
    const page = await descendants(database.db, hub!.key, { first: 100 });
    expect(page).toMatchObject({ hasMore: true, truncated: false });
    expect(page.edges.length).toBe(100);
    const last = await descendants(database.db, hub!.key, {
      first: 100,
      after: { ...page.edges[99]!, far: page.edges[0]!.far + 19_950 },
    });
    expect(last).toMatchObject({ hasMore: false });
    expect(last.edges.length).toBe(49);
  });

  test('walks from several samples give each its own page', async () => {
    const starts = await Promise.all([0, 1, 2].map((row) => sampleStory(database.db, keyAt(4, row))));
    const ids = starts.map(({ sample }) => sample.id);
    for (const way of ['up', 'down'] as const) {
      const together = await walkPages(database.db, way, ids, { maxHops: 32, first: 3 }, null);
      for (const id of ids) {
        const alone = await walkPages(database.db, way, [id], { maxHops: 32, first: 3 }, null);
        expect(together.get(id)).toEqual(alone.get(id));
        expect(alone.get(id)).toMatchObject({ hasMore: true, truncated: false });
      }
    }
  });
});
