import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './digest.ts';
import type { Json } from './json.ts';
import { type MadePlan, makePlan } from './make-plan.ts';
import { everyRow, imagine, RETELLING_PARAMS, retelling, worldOf } from './retelling.fixture.ts';

const textsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `story ${i}`);
const planOf = (texts: string[], params: Partial<typeof RETELLING_PARAMS> = {}): Promise<MadePlan> =>
  makePlan(retelling, { ...RETELLING_PARAMS, ...params }, 0, worldOf(texts));

/** Row counts around the sizes at which shards and batches change. */
const counts = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(64, 65, 161));
const everyPlan = (check: (made: MadePlan) => void): Promise<void> =>
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
    expect(other.shards).toEqual(one.shards);
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
    expect(JSON.stringify([made.plan, made.shards, made.tasks])).not.toContain('particular');
  });
});

describe('shards', () => {
  test('cover every item of every map once, in the order of the items', async () => {
    await everyPlan(({ shards, expansion }) => {
      for (const stage of shards) {
        for (const node of Object.keys(stage[0]!.items))
          expect(stage.flatMap((shard) => shard.items[node]!)).toEqual(expansion.items.get(node)!);
      }
    });
  });

  test('hold whole roots: an item’s parents are in its own shard or in the source', async () => {
    await everyPlan(({ shards }) => {
      for (const { items } of shards[0]!) {
        const here = new Set(Object.values(items).flatMap((some) => some.map((item) => item.key)));
        const parents = ['caption', 'imagine-again'].flatMap((node) => items[node]!.flatMap((item) => item.parents));
        expect(parents.filter((parent) => !here.has(parent.key))).toEqual([]);
      }
    });
  });

  test('know where their items stand among all of the node’s', async () => {
    await everyPlan(({ shards, expansion }) => {
      for (const shard of shards.flat()) {
        for (const [node, items] of Object.entries(shard.items)) {
          if (items.length > 0) expect(expansion.items.get(node)![shard.offsets[node]!]).toEqual(items[0]);
        }
      }
    });
  });

  test('are at most 32 of up to a million roots, each with a full batch where there are enough', async () => {
    await everyPlan(({ plan, shards }) => {
      for (const stage of plan.stages) expect(stage.shards).toBeLessThanOrEqual(32);
      for (const stage of shards)
        for (const shard of stage.slice(0, -1))
          expect(shard.items[Object.keys(shard.items)[0]!]!.length).toBeGreaterThanOrEqual(5);
    });
  });
});

describe('tasks', () => {
  test('cover every item once, no batch larger than the step’s', async () => {
    await everyPlan(({ tasks, shards, plan }) => {
      for (const node of plan.nodes.filter((node) => node.kind === 'map')) {
        const own = tasks.filter((task) => task.node === node.name);
        const covered = own.flatMap((task) =>
          shards[task.stage!]![task.shard]!.items[task.node]!.slice(task.first, task.first + task.count),
        );
        expect(covered.map((item) => item.key).toSorted()).toEqual(
          shards
            .flat()
            .flatMap((shard) => shard.items[node.name] ?? [])
            .map((item) => item.key)
            .toSorted(),
        );
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
  const withChoice = (choose: typeof everyRow.choose) => {
    const step = { ...everyRow, choose };
    return makePlan(
      { ...retelling, build: (p) => void p.source('texts', step, { dataset: 'stories' }) },
      RETELLING_PARAMS,
      0,
      worldOf(textsOf(4)),
    );
  };

  test('chooses rows in its own order', async () => {
    const all = await withChoice(() => [0, 1, 2, 3]);
    const some = await withChoice(() => [3, 1]);
    expect(some.plan.sources.texts).toEqual([all.plan.sources.texts![3], all.plan.sources.texts![1]]);
  });

  test.each<[string, number[], string]>([
    ['no row', [], 'SOURCE_EMPTY'],
    ['a row that isn’t there', [0, 4], 'SOURCE_ROW_UNKNOWN'],
    ['a row twice', [0, 1, 0], 'SOURCE_ROW_TWICE'],
  ])('that chooses %s is refused', async (_, rows, code) => {
    await expect(withChoice(() => rows)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('node "texts" must choose'),
    });
  });
});

test('a missing model or dataset is the world’s error, before anything is spent', async () => {
  const world = { ...worldOf(textsOf(2)), model: () => Promise.reject(new Error('MODEL_MISSING')) };
  await expect(makePlan(retelling, RETELLING_PARAMS, 0, world)).rejects.toThrow('MODEL_MISSING');
  expect(imagine.models).toEqual(['generator']);
});
