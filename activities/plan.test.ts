import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesise } from '../engine/lineage/fixtures/synthesise.ts';
import { useDatabase } from '../engine/lineage/fixtures/use-database.ts';
import { createRun, getRun } from '../engine/lineage/index.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { openPlanPage } from '../engine/plan/plan-page.ts';
import type { Plan } from '../engine/plan/plan-types.ts';
import type { Project, Reader } from '../engine/plan/project.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { openStore } from '../engine/store/open-store.ts';
import type { Store } from '../engine/store/store.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import config from '../test/toy-project/hopline.config.ts';
import { planRun } from './plan.ts';

const ROWS = 200;
const [toy] = config.pipelines!;
const database = useDatabase(startEmbedded);
let folder: string;
let store: Store;

const projectOf = (pipeline = toy!): Project => ({
  pipelines: new Map([['toy', pipeline]]),
  readers: new Map(),
  adapters: new Map(),
  models: [],
  datasets: [],
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-plan-'));
  store = openStore(`file://${folder}`);
  const reader: Reader = {
    name: 'inline',
    description: 'texts',
    async *read() {
      for (let row = 0; row < ROWS; row++) yield { id: `${row}`, group: `${row}`, text: `text ${row}`, meta: {} };
    },
  };
  await registerDataset({ db: database.db, store }, { name: 'toy', reader });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function newRun(seed: number, remake?: string[]): Promise<string> {
  const params = { ...(toy!.params.parse({}) as object) } as Record<string, string>;
  const of = { pipeline: 'toy', pipelineVersion: '1', params, seed, codeRevision: 'test', environment: {} };
  return (await createRun(database.db, { ...of, ...(remake ? { remake } : {}) })).id;
}

/** The store, but for the methods that are given. */
const storeWith = (over: Partial<Store>): Store =>
  new Proxy(store, {
    get(target, name: keyof Store) {
      const method = over[name] ?? target[name];
      return typeof method === 'function' && !(name in over) ? method.bind(target) : method;
    },
  });

const plan = (runId: string, over: Partial<Store> = {}, project = projectOf()) =>
  planRun({ db: database.db, store: storeWith(over), project }, runId);

const tasksOf = (runId: string) =>
  database.db.query<{ id: number; node: string; shard: number; first: number; count: number }>(
    'SELECT t.id, n.name AS node, t.shard, t.first, t.count FROM task t JOIN node n ON n.id = t.node_id WHERE t.run_id = $1 ORDER BY t.id',
    [runId],
  );

const planned = (runId: string) =>
  database.db.query<{ payload: { changes?: { node: string; reason: string }[]; codeChanged?: string[] } }>(
    `SELECT payload FROM event WHERE run_id = $1 AND type = 'run.planned' ORDER BY id`,
    [runId],
  );

async function makeAll(runId: string): Promise<void> {
  const { planDigest } = await getRun(database.db, runId);
  const { stages } = JSON.parse(Buffer.from(await store.get(planDigest!)).toString('utf8')) as Plan;
  for (const page of stages[0]!.pages!) await synthesise(database.db, runId, openPlanPage(await store.get(page)));
}

describe('a run that has its plan', () => {
  test('writes nothing and expands nothing: it is asked what is left', async () => {
    const runId = await newRun(1);
    const { units } = await plan(runId);
    expect(units.map((unit) => unit.done)).toEqual(units.map(() => false));
    await makeAll(runId);
    const writes: Digest[] = [];
    const put: Store['put'] = (bytes, type) => {
      writes.push(type);
      return store.put(bytes, type);
    };
    const again = await plan(runId, { put });
    expect(again.units.filter((unit) => unit.done).map((unit) => unit.id)).toEqual(['stage/0']);
    expect(writes).toEqual([]);
    expect(await planned(runId)).toHaveLength(1);
  });

  test('names the shards of a stage that have work left where others have none', async () => {
    const runId = await newRun(12);
    expect((await plan(runId)).units.map((unit) => unit.openShards)).not.toContainEqual(expect.anything());
    const { stages } = JSON.parse(
      Buffer.from(await store.get((await getRun(database.db, runId)).planDigest!)).toString('utf8'),
    ) as Plan;
    const { shards, pages } = stages[0]!;
    expect(shards).toBeGreaterThan(2);
    for (const shard of [0, 2]) await synthesise(database.db, runId, openPlanPage(await store.get(pages![shard]!)));
    await database.db.query(`UPDATE task SET state = 'failed' WHERE run_id = $1 AND shard = 1`, [runId]);
    const left = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => shard !== 0 && shard !== 2);
    expect((await plan(runId)).units.find((unit) => unit.id === 'stage/0')).toMatchObject({ done: false, openShards: left });
  });

  test('goes on with other code of the same version, and says so', async () => {
    const runId = await newRun(2);
    await plan(runId);
    const tasks = await tasksOf(runId);
    await database.db.query(`UPDATE node SET code_digest = decode(repeat('00', 32), 'hex') WHERE run_id = $1 AND name = 'keep'`, [
      runId,
    ]);
    await plan(runId);
    expect(await tasksOf(runId)).toEqual(tasks);
    expect((await planned(runId)).map(({ payload }) => payload.codeChanged)).toEqual([undefined, ['keep']]);
  });

  test('of which an object is gone has it written again', async () => {
    const runId = await newRun(3);
    await plan(runId);
    const tasks = await tasksOf(runId);
    const { planDigest } = await getRun(database.db, runId);
    await store.delete(planDigest!);
    await plan(runId);
    expect(await store.has(planDigest!)).toBe(true);
    expect(await tasksOf(runId)).toEqual(tasks);
  });

  test('is planned anew where a step has another version, and says which nodes changed and why', async () => {
    const runId = await newRun(4);
    await plan(runId);
    const build: (typeof toy & object)['build'] = (pipeline, params) =>
      toy!.build(
        { ...pipeline, select: (name, step, options) => pipeline.select(name, { ...step, version: '2' }, options) },
        params,
      );
    await plan(runId, {}, projectOf({ ...toy!, build }));
    const [, anew] = await planned(runId);
    expect(anew!.payload.changes).toEqual([
      { node: 'keep', reason: expect.stringMatching(/^step .*@1 -> .*@2$/) },
      { node: 'count', reason: 'input keep changed' },
    ]);
  });
});

describe('a run that is half planned', () => {
  test('has no plan, and goes on at its next page', async () => {
    const calm = await newRun(5);
    await plan(calm);
    const rough = await newRun(5);
    let pages = 0;
    const get: Store['get'] = (digest) => {
      if (pages++ === 3) throw new Error('killed');
      return store.get(digest);
    };
    await expect(plan(rough, { get })).rejects.toThrow('killed');
    expect((await getRun(database.db, rough)).planDigest).toBeNull();
    const before = await tasksOf(rough);
    expect(new Set(before.map((task) => task.shard)).size).toBe(3);
    await plan(rough);
    const after = await tasksOf(rough);
    expect(after.slice(0, before.length)).toEqual(before);
    const shape = (tasks: typeof after) => tasks.map(({ id: _, ...task }) => task);
    expect(shape(after)).toEqual(shape(await tasksOf(calm)));
    expect((await getRun(database.db, rough)).planDigest).toBe((await getRun(database.db, calm)).planDigest);
  });
});

describe('what exists', () => {
  const counts = async (runId: string) => {
    const rows = await database.db.query<{ name: string; cached: number; expected: number }>(
      'SELECT name, cached, expected FROM node WHERE run_id = $1 AND stage = 0 ORDER BY ordinal',
      [runId],
    );
    return rows.map(({ name, cached, expected }) => [name, cached, expected]);
  };
  const nodesWithTasks = async (runId: string) => [...new Set((await tasksOf(runId)).map((task) => task.node))];

  test('is adopted batch by batch; the rest becomes tasks', async () => {
    const made = await newRun(6);
    await plan(made);
    await makeAll(made);
    const found = await newRun(6);
    await plan(found);
    expect(await counts(found)).toEqual([
      ['first', 2 * ROWS, 2 * ROWS],
      ['second', 2 * ROWS, 2 * ROWS],
    ]);
    expect(await nodesWithTasks(found)).not.toContain('first');
    await database.db.query(
      `DELETE FROM sample WHERE id = (SELECT sample_id FROM node_sample m JOIN node n ON n.id = m.node_id WHERE n.run_id = $1 AND n.name = 'second' AND m.ordinal = 30)`,
      [made],
    );
    const short = await newRun(6);
    await plan(short);
    const [task, ...others] = (await tasksOf(short)).filter((open) => open.node === 'second');
    expect(others).toEqual([]);
    expect(await counts(short)).toEqual([
      ['first', 2 * ROWS, 2 * ROWS],
      ['second', 2 * ROWS - 1, 2 * ROWS],
    ]);
    expect(task!.count).toBeGreaterThan(0);
  });

  test('is made again all the same where the run says so', async () => {
    const made = await newRun(7);
    await plan(made);
    await makeAll(made);
    const again = await newRun(7, ['first']);
    await plan(again);
    expect(await counts(again)).toEqual([
      ['first', 0, 2 * ROWS],
      ['second', 2 * ROWS, 2 * ROWS],
    ]);
    expect(await nodesWithTasks(again)).toContain('first');
    expect(await nodesWithTasks(again)).not.toContain('second');
  });
});
