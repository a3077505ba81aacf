import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { adoptExisting } from './adopt-existing.ts';
import { commitTasks } from './commit-tasks.ts';
import { existing } from './existing.ts';
import { failureGroups } from './failure-groups.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE, workThrough } from './fixtures/work-through.ts';
import { leaseTasks } from './lease-tasks.ts';
import { locate } from './locate.ts';
import { nodeOutcomes } from './node-outcomes.ts';
import { nodeRows, nodeScores } from './node-rows.ts';
import { runMetrics } from './run-metrics.ts';
import { runProgress } from './run-progress.ts';
import { unitProgress } from './unit-progress.ts';

const database = useDatabase(startEmbedded);
const lease = (runId: string, worker = 'worker-1', limit?: number) =>
  leaseTasks(database.db, { runId, unit: STAGE, worker, limit });
const count = async (table: string, where = 'true'): Promise<number> =>
  (await database.db.query<{ count: number }>(`SELECT count(*) FROM ${table} WHERE ${where}`))[0]!.count;

describe('commitTasks', () => {
  test('stores samples, edges, scores, decisions, states, training sets, metrics and predictions', async () => {
    const run = await plannedRun(database.db, { name: 'commit-all' });
    await workThrough(database.db, run);
    const progress = await runProgress(database.db, run.runId);
    expect(progress.nodes.map((node) => [node.name, node.state, node.made, node.cached])).toEqual([
      ['source', 'SUCCEEDED', 0, 8],
      ['hop1', 'SUCCEEDED', 8, 0],
      ['judge', 'SUCCEEDED', 8, 0],
      ['keep', 'SUCCEEDED', 1, 0],
      ['student', 'SUCCEEDED', 2, 0],
      ['report', 'SUCCEEDED', 1, 0],
    ]);
    expect(progress.totals.deviceSeconds).toBeCloseTo(4);
    const rows = await nodeRows(database.db, run.runId, [{ node: 'hop1', medium: 'text' }]);
    expect(rows.map((row) => row.key)).toEqual(run.items.hop1!.map((item) => item.key));
    expect(rows[5]).toMatchObject({ row: 1, rootKey: run.items.hop1![5]!.rootKey, chain: 0, depth: 1, hop: 1 });
    expect(await nodeRows(database.db, run.runId, [{ node: 'hop1', medium: 'text', depths: [2] }])).toEqual([]);
    const scores = await nodeScores(database.db, run.runId, [{ node: 'judge', medium: 'scores' }]);
    expect(scores.map((score) => score.sampleKey)).toEqual(run.items.hop1!.map((item) => item.key));
    const states = await nodeOutcomes(database.db, run.runId, 'student');
    expect(states.map((state) => [state.epoch, state.kind, state.metrics])).toEqual([
      [0, 'checkpoint', { loss: 1 }],
      [1, 'checkpoint', { loss: 0.5 }],
    ]);
    expect(await runMetrics(database.db, run.runId)).toEqual([
      {
        node: 'report',
        checkpoint: states[1]!.key,
        name: 'accuracy',
        slice: 'all',
        mode: 'real',
        value: 0.75,
        low: 0.7,
        high: 0.8,
      },
    ]);
    expect(await unitProgress(database.db, run.runId, STAGE)).toEqual({ expected: 16, done: 16, failed: 0 });
    expect((await locate(database.db, [rows[0]!.key, scores[0]!.key, sha256('nothing')])).size).toBe(2);
  });

  test('a stale attempt commits nothing', async () => {
    const run = await plannedRun(database.db, { name: 'stale' });
    const [old] = await lease(run.runId, 'old', 1);
    const [fresh] = await lease(run.runId, 'fresh', 1);
    expect(await commitTasks(database.db, [run.commit(old!, { salt: 'old' })])).toEqual([
      { taskId: old!.taskId, outcome: 'stale' },
    ]);
    expect(
      (
        await existing(
          database.db,
          run.items.hop1!.map((item) => item.key),
        )
      ).size,
    ).toBe(0);
    expect(await count('derivation', `run_id = '${run.runId}'`)).toBe(0);
    expect(await commitTasks(database.db, [run.commit(fresh!)])).toEqual([{ taskId: fresh!.taskId, outcome: 'committed' }]);
  });

  test('a commit that is repeated changes nothing', async () => {
    const run = await plannedRun(database.db, { name: 'twice' });
    const [task] = await lease(run.runId, 'worker-1', 1);
    await commitTasks(database.db, [run.commit(task!)]);
    const before = await runProgress(database.db, run.runId);
    expect(await commitTasks(database.db, [run.commit(task!)])).toEqual([{ taskId: task!.taskId, outcome: 'already' }]);
    expect((await runProgress(database.db, run.runId)).nodes).toEqual(before.nodes);
  });

  test('one stale task does not keep the rest of its group back', async () => {
    const run = await plannedRun(database.db, { name: 'group' });
    const tasks = await lease(run.runId);
    await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'thief', limit: 1 });
    const outcomes = await commitTasks(
      database.db,
      tasks.filter((task) => task.node === 'hop1').map((task) => run.commit(task)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stale', 'committed']);
    expect(
      (
        await existing(
          database.db,
          run.items.hop1!.map((item) => item.key),
        )
      ).size,
    ).toBe(4);
  });

  test('children and parents may come in one group', async () => {
    const run = await plannedRun(database.db, { name: 'hops', hops: 3 });
    const tasks = await lease(run.runId);
    await commitTasks(
      database.db,
      tasks.map((task) => run.commit(task)),
    );
    expect((await nodeRows(database.db, run.runId, [{ node: 'hop3', medium: 'text' }])).length).toBe(8);
  });

  test('two attempts that commit at once make every sample once', async () => {
    const one = await plannedRun(database.db, { name: 'race', rows: 64, batch: 64 });
    const other = await plannedRun(database.db, { name: 'race', rows: 64, batch: 16 });
    const [a, b] = await Promise.all([lease(one.runId), lease(other.runId)]);
    const hop1 = (tasks: typeof a) => tasks.filter((task) => task.node === 'hop1');
    await Promise.all([
      ...hop1(a).map((task) => commitTasks(database.db, [one.commit(task)])),
      ...hop1(b)
        .reverse()
        .map((task) => commitTasks(database.db, [other.commit(task)])),
    ]);
    const keys = one.items.hop1!.map((item) => `'\\x${item.key}'`).join(',');
    expect(await count('sample', `key IN (${keys})`)).toBe(64);
    expect(await count('edge', `child_id IN (SELECT id FROM sample WHERE key IN (${keys}))`)).toBe(64);
    for (const run of [one, other])
      expect((await nodeRows(database.db, run.runId, [{ node: 'hop1', medium: 'text' }])).length).toBe(64);
    expect(await count('divergence', `key IN (${keys})`)).toBe(0);
  });

  test('another content under the same key is recorded and overwrites nothing', async () => {
    const one = await plannedRun(database.db, { name: 'diverge' });
    const other = await plannedRun(database.db, { name: 'diverge' });
    const [first] = await lease(one.runId, 'w', 1);
    const [second] = await lease(other.runId, 'w', 1);
    await commitTasks(database.db, [one.commit(first!)]);
    const before = await locate(
      database.db,
      one.items.hop1!.map((item) => item.key),
    );
    await commitTasks(database.db, [other.commit(second!, { salt: '!' })]);
    expect(
      await locate(
        database.db,
        one.items.hop1!.map((item) => item.key),
      ),
    ).toEqual(before);
    expect(await count('divergence', `run_id = '${other.runId}'`)).toBe(4);
  });

  test('failed items are kept with their reason, and filled in by a run that makes them', async () => {
    const run = await plannedRun(database.db, { name: 'failing', maxFailures: 0.5 });
    const poison = run.items.hop1![2]!.key;
    const [task] = await lease(run.runId, 'w', 1);
    await commitTasks(database.db, [run.commit(task!, { failed: [poison] })]);
    expect((await existing(database.db, [poison])).get(poison)).toMatchObject({ kind: 'sample', artifact: null, failed: true });
    expect(await failureGroups(database.db, run.runId)).toMatchObject([
      { node: 'hop1', count: 1, example: { key: poison, reason: 'killed the host twice' } },
    ]);
    const later = await plannedRun(database.db, { name: 'failing' });
    await adoptExisting(database.db, later.runId, 'hop1', later.items.hop1!.slice(0, 4));
    expect((await runProgress(database.db, later.runId)).nodes[1]).toMatchObject({ made: 0, cached: 3, failed: 1 });
    const [again] = await lease(later.runId, 'w', 1);
    await commitTasks(database.db, [later.commit(again!)]);
    expect((await existing(database.db, [poison])).get(poison)).toMatchObject({ failed: false });
    expect((await runProgress(database.db, later.runId)).nodes[1]).toMatchObject({ made: 1, cached: 3, failed: 0 });
  });

  test('what another run has made counts as cached', async () => {
    const one = await plannedRun(database.db, { name: 'cached' });
    await workThrough(database.db, one);
    const other = await plannedRun(database.db, { name: 'cached' });
    for (let twice = 0; twice < 2; twice++) {
      await adoptExisting(database.db, other.runId, 'hop1', other.items.hop1!);
      await adoptExisting(database.db, other.runId, 'judge', other.items.judge!);
      await adoptExisting(
        database.db,
        other.runId,
        'student',
        other.plan.nodes.find((node) => node.name === 'student')!.stateKeys!.map((key, ordinal) => ({ key, ordinal })),
      );
    }
    const nodes = (await runProgress(database.db, other.runId)).nodes;
    expect(nodes.map((node) => [node.name, node.cached, node.state])).toEqual([
      ['source', 8, 'SUCCEEDED'],
      ['hop1', 8, 'SUCCEEDED'],
      ['judge', 8, 'SUCCEEDED'],
      ['keep', 1, 'SUCCEEDED'],
      ['student', 2, 'SUCCEEDED'],
      ['report', 1, 'SUCCEEDED'],
    ]);
  });

  test('a task that was computed in parts has its samples in several shards', async () => {
    const run = await plannedRun(database.db, { name: 'parts' });
    const [task] = await lease(run.runId, 'worker-1', 1);
    const commit = run.commit(task!);
    const other = { ...commit.result.artifact!, digest: sha256('the second part') };
    const items = commit.result.items!.map((item, index) => (index < 2 ? item : { ...item, row: index - 2, artifact: other }));
    await commitTasks(database.db, [{ ...commit, result: { ...commit.result, items } }]);
    const where = await locate(
      database.db,
      items.map((item) => item.key),
    );
    expect(items.map((item) => [where.get(item.key)!.artifact, where.get(item.key)!.row])).toEqual([
      [commit.result.artifact!.digest, 0],
      [commit.result.artifact!.digest, 1],
      [other.digest, 0],
      [other.digest, 1],
    ]);
  });

  test('a result without an item or without content is refused as a whole', async () => {
    const run = await plannedRun(database.db, { name: 'short-result' });
    const [task] = await lease(run.runId, 'w', 1);
    const commit = run.commit(task!);
    commit.result.items!.pop();
    await expect(commitTasks(database.db, [commit])).rejects.toMatchObject({ code: 'RESULT_INVALID' });
    const judged = (await lease(run.runId)).find((leased) => leased.node === 'judge')!;
    const scores = run.commit(judged);
    scores.result.items![0]!.loss = Number.NaN;
    await expect(commitTasks(database.db, [scores])).rejects.toMatchObject({ code: 'RESULT_INVALID' });
    expect(
      (
        await existing(
          database.db,
          run.items.hop1!.map((item) => item.key),
        )
      ).size,
    ).toBe(0);
  });

  test('texts that Postgres cannot hold are stored as near as it can', async () => {
    const run = await plannedRun(database.db, { name: 'odd-text' });
    const [task] = await lease(run.runId, 'w', 1);
    const commit = run.commit(task!);
    Object.assign(commit.result.items![0]!, { text: `a\0b\ud800c${'long '.repeat(100_000)}`, meta: { note: 'x\0\udfff' } });
    await commitTasks(database.db, [commit]);
    const [row] = await database.db.query<{ text: string; meta: unknown }>(
      'SELECT left(text, 5) AS text, meta FROM sample WHERE key = $1',
      [`\\x${run.items.hop1![0]!.key}`],
    );
    expect(row).toEqual({ text: 'a\uFFFDb\uFFFDc', meta: { note: 'x\uFFFD\uFFFD' } });
  });
});
