import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { existing, leaseTasks, runProgress, setRunState, unitProgress } from '../engine/lineage/index.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import { useFaultyProject } from './fixtures/use-faulty-project.ts';
import { workSlice } from './work-slice.ts';

const house = useFaultyProject(startEmbedded);
const { plannedRun, slice, executed } = house;
const stage = 0;

describe('a map task that fails by its own fault', () => {
  test('is tried three times and then stops only what depends on it', async () => {
    const runId = await plannedRun({ fault: { broken: 'text 3.' } });
    const outcome = await slice(runId);
    expect(outcome).toMatchObject({
      done: true,
      committed: 1,
      failure: { code: 'STEP_FAILED', message: 'step "faulty-grow" threw: no answer for text 3. (3 attempts)' },
    });
    expect(executed().map((line) => line.split(' ')[0])).toEqual(['and', 'then', 'then', 'then']);
    expect(await slice(runId, 1)).toMatchObject({ done: true, committed: 4 });
    expect((await slice(runId, 1)).failure).toBeUndefined();
    const { nodes } = await runProgress(house.services.db, runId);
    expect(Object.fromEntries(nodes.map((node) => [node.name, node.made]))).toMatchObject({
      first: 32,
      second: 16,
      third: 16,
      scores: 16,
      tally: 0,
    });
  });

  test('is told again by a slice that finds nothing else to do, and is done after a resume', async () => {
    const whileFile = join(house.folder, 'broken');
    writeFileSync(whileFile, '');
    const runId = await plannedRun({ fault: { broken: 'text 3.', whileFile } });
    await slice(runId);
    executed();
    expect(await slice(runId)).toMatchObject({ done: true, committed: 0, failure: { code: 'STEP_FAILED' } });
    expect(executed()).toEqual([]);
    rmSync(whileFile);
    await setRunState(house.services.db, runId, 'FAILED');
    await setRunState(house.services.db, runId, 'QUEUED');
    const outcome = await slice(runId);
    expect(outcome).toEqual({ done: true, paused: false, committed: 3 });
    expect(executed().map((line) => line.split(' ')[0])).toEqual(['then', 'end']);
  });

  test('recovers within the slice, and what waited for it follows', async () => {
    const whileFile = join(house.folder, 'for-a-moment');
    writeFileSync(whileFile, '');
    const runId = await plannedRun({ fault: { broken: 'text 3.', whileFile } });
    const working = slice(runId);
    while (!executed().some((line) => line.startsWith('then'))) await sleep(10);
    rmSync(whileFile);
    expect(await working).toEqual({ done: true, paused: false, committed: 4 });
    expect(await unitProgress(house.services.db, runId, { stage, shard: 0 })).toEqual({ expected: 64, done: 64, failed: 0 });
  });

  test('with an error that trying again repeats is not tried again', async () => {
    const runId = await plannedRun({ fault: { mistake: 'text 3.' } });
    expect((await slice(runId)).failure).toEqual({
      code: 'STEP_FAILED',
      message: 'step "faulty-grow" threw: text 3. is not a function',
      hint: 'the stack trace is in the worker log',
    });
    expect(executed().map((line) => line.split(' ')[0])).toEqual(['and', 'then']);
  });

  test('is hopeless when three of its node failed and none succeeded', async () => {
    const runId = await plannedRun({ at: 'first', fault: { mistake: 'text' } });
    expect((await slice(runId, 0)).failure).toBeDefined();
    expect((await slice(runId, 1)).failure).toBeDefined();
    await expect(slice(runId, 2)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      permanent: true,
      message: expect.stringContaining('3 tasks of node "first" failed and none succeeded'),
    });
  });
});

describe('an attempt that was taken over', () => {
  test('is aborted in the middle of its order, and its device is free', async () => {
    const runId = await plannedRun({ at: 'first', fault: { milliseconds: 60_000 } });
    const working = slice(runId);
    while (!executed().length) await sleep(10);
    await leaseTasks(house.services.db, { runId, unit: { stage, shard: 0 }, worker: 'worker-2' });
    await expect(working).rejects.toMatchObject({ code: 'STALE_LEASE', permanent: false });
    expect(house.services.pool.load()).toEqual({ queued: 0, running: 0 });
  });

  test('commits nothing, gives nothing back that is not its own, and its shard is believed by nobody', async () => {
    const untilFile = join(house.folder, 'taken-over');
    const runId = await plannedRun({ at: 'first', fault: { untilFile } });
    const working = slice(runId);
    while (!executed().length) await sleep(10);
    const fresh = await leaseTasks(house.services.db, { runId, unit: { stage, shard: 0 }, worker: 'worker-2' });
    writeFileSync(untilFile, '');
    await expect(working).rejects.toMatchObject({ code: 'STALE_LEASE' });
    const context = await house.services.contexts.get(runId);
    const page = await context.shard(fresh[0]!.planShard!);
    const keys = page.items('first', 0, 16).map((item) => item.key);
    expect(await existing(house.services.db, keys)).toEqual(new Map());
    const held = await house.services.db.query<{ worker: string }>(
      `SELECT DISTINCT worker FROM task WHERE run_id = $1 AND state = 'running'`,
      [runId],
    );
    expect(held).toEqual([{ worker: 'worker-2' }]);
    const [known] = await house.services.db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM derivation WHERE run_id = $1`,
      [runId],
    );
    expect(known!.count).toBe(0);
    // Whoever took it over does it all again.
    expect(await slice(runId)).toMatchObject({ done: true, committed: 4 });
  });
});

test('a slice leases what it has time for, and not the whole unit', async () => {
  const runId = await plannedRun({ fault: { milliseconds: 300 }, at: 'first' });
  const hasty = { ...house.services, sliceSeconds: () => 0.1 };
  const context = await house.services.contexts.get(runId);
  expect(await workSlice(hasty, context, { runId, stage, shard: 0 }, new AbortController().signal)).toMatchObject({
    done: false,
    committed: 1,
  });
  expect(await slice(runId)).toMatchObject({ done: true, committed: 3 });
});

test('commits of a slice whose task fails are kept', async () => {
  const runId = await plannedRun({ at: 'third', fault: { mistake: 'text' } });
  expect(await slice(runId)).toMatchObject({ done: true, committed: 2, failure: { code: 'STEP_FAILED' } });
});

describe('a node that is made again although its samples exist', () => {
  const made = async (runId: string) =>
    Object.fromEntries(
      (await runProgress(house.services.db, runId)).nodes.map(({ name, made, cached }) => [name, [made, cached]]),
    );
  const divergences = async (runId: string): Promise<number> =>
    (
      await house.services.db.query<{ count: number }>('SELECT count(*)::int AS count FROM divergence WHERE run_id = $1', [runId])
    )[0]!.count;

  test('is computed and counts as made; the same content is no divergence', async () => {
    const seed = 1_001;
    for (const shard of [0, 1]) await slice(await plannedRun({}, seed), shard);
    const again = await plannedRun({}, seed, ['second', 'third']);
    expect(await slice(again)).toMatchObject({ done: true });
    expect(executed().map((line) => line.split(' ')[0])).toEqual(['then', 'end']);
    expect(await made(again)).toMatchObject({ first: [0, 32], second: [16, 0], third: [16, 0], scores: [0, 32] });
    expect(await divergences(again)).toBe(0);
  });

  test('that comes out differently is recorded, and others are made from what is stored', async () => {
    const [seed, params] = [1_002, { fault: { restless: true } }];
    await slice(await plannedRun(params, seed));
    const again = await plannedRun(params, seed, ['second', 'third']);
    expect(await slice(again)).toMatchObject({ done: true });
    // Of the second hop only: the third came out as it was, so it read what is stored.
    expect(await divergences(again)).toBe(16);
  });
});
