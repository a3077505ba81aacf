import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from './build-graph.ts';
import { canonicalJson, digestSet, sha256 } from './digest.ts';
import { expand } from './expand.ts';
import type { Json } from './json.ts';
import { contentDigest } from './keys.ts';
import { PlanExpansion, preparePlan } from './make-plan.ts';
import { everyRow, imagine, RETELLING_PARAMS, retelling, worldOf } from './retelling.fixture.ts';
import { everyItem, makePlan, type WholePlan } from './whole-plan.fixture.ts';

const textsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `story ${i}`);
const planOf = (texts: string[], params: Partial<typeof RETELLING_PARAMS> = {}): Promise<WholePlan> =>
  makePlan(retelling, { ...RETELLING_PARAMS, ...params }, 0, worldOf(texts));

/** Row counts around the sizes at which shards and batches change. */
const counts = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(64, 65, 161));
const everyPlan = (check: (made: WholePlan) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(counts, fc.integer({ min: 1, max: 4 }), async (rows, chains) =>
      check(await planOf(textsOf(rows), { chains })),
    ),
    { numRuns: 10 },
  );

describe('a plan', () => {
  test('is the same twice, byte for byte', async () => {
    const [one, other] = [await planOf(textsOf(20)), await planOf(textsOf(20))];
    expect(canonicalJson(one.plan as unknown as Json)).toBe(canonicalJson(other.plan as unknown as Json));
    expect(other.pages.flat().map((page) => page.buffer)).toEqual(one.pages.flat().map((page) => page.buffer));
    expect(other.tasks).toEqual(one.tasks);
  });

  test('says what is expected of every node before anything runs', async () => {
    const { plan } = await planOf(textsOf(3));
    expect(Object.fromEntries(plan.nodes.map((node) => [node.name, node.expected]))).toEqual({
      texts: 3,
      imagine: 6,
      caption: 6,
      'imagine-again': 6,
      teacher: 2,
      'teacher-loss': 12,
      keep: 1,
      student: 2,
      evaluation: 1,
    });
  });

  test('holds no bytes: texts are named by their keys only', async () => {
    const made = await planOf(['a very particular story']);
    expect(
      [JSON.stringify([made.plan, made.tasks]), ...made.pages.flat().map((page) => page.buffer.toString('latin1'))].join(),
    ).not.toContain('particular');
  });
});

describe('shards', () => {
  test('cover every item of every map once, in the order of the items', async () => {
    await everyPlan(({ plan, pages }) => {
      for (const stage of pages) {
        for (const node of stage[0]!.nodes) {
          const items = stage.flatMap((page) => everyItem(page, node));
          expect(items.map((item) => item.root)).toEqual(items.map((item) => item.root).toSorted((a, b) => a - b));
          expect(digestSet(items.map((item) => item.key))).toBe(plan.nodes.find((planned) => planned.name === node)!.key);
          expect(items).toHaveLength(plan.nodes.find((planned) => planned.name === node)!.expected);
        }
      }
    });
  });

  test('hold what the expansion of the whole graph holds, however they are cut', async () => {
    await everyPlan(({ plan, pages }) => {
      const { items, keys, stateKeys } = expand({
        graph: buildGraph(retelling, plan.params),
        runSeed: plan.seed,
        sources: { texts: textsOf(plan.sources.texts!.rows).map((text) => ({ textKey: contentDigest(text), imageKey: null })) },
        models: { painter: sha256('painter'), teller: sha256('teller') },
      });
      for (const stage of pages)
        for (const node of stage[0]!.nodes) expect(stage.flatMap((page) => everyItem(page, node))).toEqual(items.get(node)!);
      expect(plan.nodes.map((node) => node.key)).toEqual([...keys.values()]);
      expect(plan.nodes.find((node) => node.name === 'student')!.stateKeys).toEqual(stateKeys.get('student'));
    });
  });

  test('hold whole roots: an item’s parents are in its own shard or in the source', async () => {
    await everyPlan(({ pages }) => {
      for (const page of pages[0]!) {
        const here = new Set(page.nodes.flatMap((node) => everyItem(page, node).map((item) => item.key)));
        const parents = ['caption', 'imagine-again'].flatMap((node) => everyItem(page, node).flatMap((item) => item.parents));
        expect(parents.filter((parent) => !here.has(parent.key))).toEqual([]);
      }
    });
  });

  test('know where their items stand among all of the node’s', async () => {
    await everyPlan(({ pages }) => {
      for (const stage of pages) {
        for (const node of stage[0]!.nodes) {
          let before = 0;
          for (const page of stage) {
            expect(page.offset(node)).toBe(before);
            before += page.count(node);
          }
        }
      }
    });
  });

  test('are at most 32 of up to a million roots, each with a full batch where there are enough', async () => {
    await everyPlan(({ plan, pages }) => {
      for (const stage of plan.stages) expect(stage.shards).toBeLessThanOrEqual(32);
      for (const stage of pages)
        for (const page of stage.slice(0, -1)) expect(page.count(page.nodes[0]!)).toBeGreaterThanOrEqual(5);
    });
  });
});

describe('tasks', () => {
  test('cover every item once, no batch larger than the step’s', async () => {
    await everyPlan(({ tasks, pages, plan }) => {
      for (const node of plan.nodes.filter((node) => node.kind === 'map')) {
        const own = tasks.filter((task) => task.node === node.name);
        const covered = own.flatMap((task) => pages[task.stage!]![task.shard]!.items(task.node, task.first, task.count));
        const all = pages[node.stage!]!.flatMap((page) => everyItem(page, node.name));
        expect(covered.map((item) => item.key).toSorted()).toEqual(all.map((item) => item.key).toSorted());
        for (const task of own) expect(task.count).toBeLessThanOrEqual(node.batchSize);
      }
    });
  });

  test('of a fold are its epochs in order, each with its key; of a selection or a reduction one', async () => {
    const { tasks, plan } = await planOf(textsOf(2));
    const student = plan.nodes.find((node) => node.name === 'student')!;
    expect(tasks.filter((task) => task.node === 'student').map(({ epoch, key }) => [epoch, key])).toEqual(
      student.stateKeys!.map((key, epoch) => [epoch, key]),
    );
    expect(tasks.filter((task) => task.node === 'keep').map(({ epoch, count }) => [epoch, count])).toEqual([[null, 1]]);
  });

  test('of one shard come in the order to run them: node by node', async () => {
    const { tasks } = await planOf(textsOf(30));
    const first = tasks.filter((task) => task.stage === 0 && task.shard === 0).map((task) => task.ordinal);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
  });
});

describe('a source', () => {
  const preparedWith = (choose: typeof everyRow.choose) => {
    const step = { ...everyRow, choose };
    return preparePlan(
      { ...retelling, build: (p) => void p.source('texts', step, { dataset: 'stories' }) },
      RETELLING_PARAMS,
      0,
      worldOf(textsOf(4)),
    );
  };

  test('chooses rows in its own order', async () => {
    const [some, turned] = [await preparedWith(() => [3, 1]), await preparedWith(() => [1, 3])];
    expect([0, 1].map((row) => some.tables.get('texts')!.rootKey(row))).toEqual([
      contentDigest('story 3'),
      contentDigest('story 1'),
    ]);
    const [one, other] = [new PlanExpansion(some), new PlanExpansion(turned)];
    expect(one.plan().sources).not.toEqual(other.plan().sources);
    expect(one.plan().nodes.map((node) => node.key)).toEqual(other.plan().nodes.map((node) => node.key));
  });

  test.each<[string, number[], string]>([
    ['no row', [], 'SOURCE_EMPTY'],
    ['a row that isn’t there', [0, 4], 'SOURCE_ROW_UNKNOWN'],
    ['a row twice', [0, 1, 0], 'SOURCE_ROW_TWICE'],
  ])('that chooses %s is refused', async (_, rows, code) => {
    await expect(preparedWith(() => rows)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('node "texts" must choose'),
    });
  });
});

test('a missing model or dataset is the world’s error, before anything is spent', async () => {
  const world = { ...worldOf(textsOf(2)), model: () => Promise.reject(new Error('MODEL_MISSING')) };
  await expect(preparePlan(retelling, RETELLING_PARAMS, 0, world)).rejects.toThrow('MODEL_MISSING');
  expect(imagine.models).toEqual(['generator']);
});
