import { chmodSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { nodeOutcomes, setRunState } from '../../engine/lineage/index.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { useFaultyProject } from '../fixtures/use-faulty-project.ts';
import { openRunContexts } from '../run-context.ts';
import { workSlice } from '../work-slice.ts';
import { withObjects } from './with-objects.ts';

const house = useFaultyProject(startEmbedded);
const { plannedRun, slice, work, executed } = house;

const pathOf = (digest: Digest): string => join(house.folder, 'store', 'objects', digest.slice(0, 2), digest.slice(2));

/** What a disk may do to an object. */
const damage = {
  'a flipped byte': (path: string) => {
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    chmodSync(path, 0o644);
    writeFileSync(path, bytes);
  },
  'a lost end': (path: string) => {
    chmodSync(path, 0o644);
    truncateSync(path, 10);
  },
  'a lost file': (path: string) => rmSync(path),
};

/** A host keeps what it has read: only another one finds out what became of it on the disk. */
async function spoil(object: Digest, how: keyof typeof damage = 'a lost file'): Promise<void> {
  damage[how](pathOf(object));
  const { pool } = house.services;
  const old = pool.pids();
  for (const pid of old) process.kill(pid, 'SIGKILL');
  while (pool.pids().some((pid) => old.includes(pid))) await sleep(20);
}

async function shardsOf(runId: string, node: string): Promise<Digest[]> {
  const rows = await house.services.db.query<{ digest: Digest }>(
    `SELECT DISTINCT a.digest FROM node n JOIN node_sample m ON m.node_id = n.id JOIN sample s ON s.id = m.sample_id
       JOIN artifact a ON a.id = s.artifact_id WHERE n.run_id = $1 AND n.name = $2 AND s.hop > 0`,
    [runId, node],
  );
  return rows.map(({ digest }) => digest);
}

async function remadeEvents(runId: string): Promise<{ node: string; digest: Digest; as: Digest; diverged?: number }[]> {
  const rows = await house.services.db.query<{ payload: { node: string; digest: Digest; as: Digest } }>(
    `SELECT payload FROM event WHERE run_id = $1 AND type = 'artifact.remade' ORDER BY id`,
    [runId],
  );
  return rows.map(({ payload }) => payload);
}

async function contents(runId: string): Promise<string[]> {
  const rows = await house.services.db.query<{ content: string }>(
    `SELECT encode(s.content_digest, 'hex') AS content FROM node n JOIN node_sample m ON m.node_id = n.id JOIN sample s ON s.id = m.sample_id
      WHERE n.run_id = $1 AND n.name = 'third' ORDER BY s.key`,
    [runId],
  );
  return rows.map(({ content }) => content);
}

describe.each(Object.keys(damage) as (keyof typeof damage)[])('a shard with %s', (how) => {
  test('is made again with the same bytes, and what reads it comes out the same', async () => {
    const first = await plannedRun({ last: 'calm' });
    await slice(first);
    const [shard] = await shardsOf(first, 'second');
    const other = await plannedRun({ last: 'rough' }, Number((await runOf(first)).seed));
    await spoil(shard!, how);
    executed();
    expect(await slice(other)).toEqual({ done: true, paused: false, committed: 2 });
    expect(executed().map((line) => line.split(' ')[0])).toEqual(['then', 'rough']);
    expect(await remadeEvents(other)).toEqual([{ node: 'second', digest: shard, as: shard }]);
    expect((await house.services.store.get(shard!)).length).toBeGreaterThan(0);
  });
});

const runOf = async (id: string): Promise<{ seed: number }> =>
  (await house.services.db.query<{ seed: number }>('SELECT seed FROM run WHERE id = $1', [id]))[0]!;

test('what a lost object was made from is made again first', async () => {
  const first = await plannedRun({});
  await slice(first);
  const [[one], [two]] = [await shardsOf(first, 'first'), await shardsOf(first, 'second')];
  for (const shard of [one!, two!]) await spoil(shard);
  const other = await plannedRun({ last: 'deep' }, (await runOf(first)).seed);
  expect((await slice(other)).done).toBe(true);
  expect((await remadeEvents(other)).map(({ node }) => node)).toEqual(['first', 'second']);
  expect(await contents(other)).toHaveLength(16);
});

test('a reduction reads scores that were made again', async () => {
  const runId = await plannedRun({});
  for (const shard of [0, 1, 2, 3]) await slice(runId, shard);
  await work(runId, { node: 'model' });
  const [row] = await house.services.db.query<{ digest: Digest }>(
    `SELECT a.digest FROM node n JOIN node_score m ON m.node_id = n.id JOIN score s ON s.id = m.score_id JOIN artifact a ON a.id = s.artifact_id
      WHERE n.run_id = $1 LIMIT 1`,
    [runId],
  );
  await spoil(row!.digest, 'a flipped byte');
  expect(await work(runId, { node: 'tally' })).toMatchObject({ done: true, committed: 1 });
  expect((await remadeEvents(runId)).map(({ node }) => node)).toEqual(['scores']);
});

test('a state of a training is made again from the state before it, which is made again first', async () => {
  const runId = await plannedRun({});
  for (const shard of [0, 1, 2, 3]) await slice(runId, shard);
  await work(runId, { node: 'model' });
  const states = await nodeOutcomes(house.services.db, runId, 'model');
  for (const { artifact } of states.slice(1)) await spoil(artifact, 'a flipped byte');
  executed();
  expect(await work(runId, { node: 'tally' })).toMatchObject({ done: true, committed: 1 });
  expect(executed()).toEqual(['tally', 'epoch 1', 'epoch 2', 'tally']);
  expect((await remadeEvents(runId)).map(({ digest }) => digest)).toEqual([states[1]!.artifact, states[2]!.artifact]);
});

test('a page and the plan of a run are made again', async () => {
  const runId = await plannedRun({ last: 'planned' });
  const { plan, run } = await house.services.contexts.get(runId);
  rmSync(pathOf(plan.stages[0]!.pages![0]!));
  damage['a flipped byte'](pathOf(run.planDigest!));
  const services = { ...house.services, contexts: openRunContexts(house.services) };
  const { signal } = new AbortController();
  const context = await withObjects(services, runId, signal, () => services.contexts.get(runId));
  expect(await workSlice(services, context, { runId, stage: 0, shard: 0 }, signal)).toMatchObject({ done: true, committed: 4 });
  expect((await remadeEvents(runId)).length).toBeGreaterThan(0);
});

test('what a restless step makes differently takes the place of what nobody has read', async () => {
  const runId = await plannedRun({ at: 'third', fault: { restless: true, broken: 'never' } });
  const { db } = house.services;
  // The third hop is committed and its score is not: a slice that ended in between.
  const context = await house.services.contexts.get(runId);
  let tasks = 0;
  const hasty = { ...house.services, draining: () => tasks++ >= 3 };
  await workSlice(hasty, context, { runId, stage: 0, shard: 0 }, new AbortController().signal);
  const [shard] = await shardsOf(runId, 'third');
  await spoil(shard!);
  await expect(slice(runId)).rejects.toMatchObject({ code: 'OBJECT_MOVED', permanent: false });
  expect(await slice(runId)).toMatchObject({ done: true, committed: 1 });
  expect(await remadeEvents(runId)).toMatchObject([{ node: 'third', digest: shard, diverged: 16 }]);
  const [divergences] = await db.query<{ count: number }>('SELECT count(*)::int AS count FROM divergence WHERE run_id = $1', [
    runId,
  ]);
  expect(divergences!.count).toBe(16);
});

test('what a restless step makes differently is lost when others were made from it', async () => {
  const params = { at: 'second', fault: { restless: true } };
  const first = await plannedRun(params);
  await slice(first);
  const [shard] = await shardsOf(first, 'second');
  await spoil(shard!);
  const other = await plannedRun({ ...params, last: 'again' }, (await runOf(first)).seed);
  await expect(slice(other)).rejects.toMatchObject({
    code: 'OBJECT_LOST',
    permanent: true,
    message: expect.stringMatching(/other content for 16 samples of node "second"/),
    details: { digest: shard },
  });
});

test('real samples that are lost are named, and come back when the dataset is registered again', async () => {
  const runId = await plannedRun({});
  const [root] = await house.services.db.query<{ digest: Digest }>(
    'SELECT DISTINCT a.digest FROM sample s JOIN artifact a ON a.id = s.artifact_id WHERE s.hop = 0 LIMIT 1',
  );
  await spoil(root!.digest);
  await expect(slice(runId)).rejects.toMatchObject({
    code: 'OBJECT_LOST',
    permanent: true,
    message: expect.stringContaining('real samples of dataset "faulty"'),
    hint: expect.stringContaining('hopline data add faulty --reader inline'),
  });
  await setRunState(house.services.db, runId, 'FAILED');
  await setRunState(house.services.db, runId, 'QUEUED');
  await house.registerTexts();
  expect(existsSync(pathOf(root!.digest))).toBe(true);
  expect(await slice(runId)).toMatchObject({ done: true, committed: 4 });
});
