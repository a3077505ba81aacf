import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiInstance, startApiInstance } from '../../api/events/fixtures/api-instance.ts';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../../engine/lineage/fixtures/use-database.ts';
import { STAGE, workThrough } from '../../engine/lineage/fixtures/work-through.ts';
import { commitTasks, leaseTasks, setRunState } from '../../engine/lineage/index.ts';
import { writeEvents } from '../../engine/lineage/write-events.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { loadProject } from '../../engine/plan/project.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { ApiClient } from '../client/api-client.ts';
import type { Document } from '../client/graphql.ts';
import { eventCursor, type RunEvent } from '../operations/run-events.ts';
import { type RunStatus, runStatus } from '../operations/run-status.ts';
import { type Gate, startGate } from './fixtures/start-gate.ts';
import { followEvents } from './follow-events.ts';
import { followRun } from './follow-run.ts';

describe('following a run', () => {
  const database = useDatabase(startEmbedded);
  let gate: Gate;
  let instances: ApiInstance[];
  beforeAll(async () => {
    const project = await loadProject(new URL('../../test/toy-project', import.meta.url).pathname);
    instances = await Promise.all([1, 2].map(() => startApiInstance(database.url, { project })));
    gate = await startGate();
    gate.lead(instances[0]!.url);
  });
  afterAll(async () => {
    await gate?.close();
    await Promise.all((instances ?? []).map((instance) => instance.kill()));
  });

  /** Counts what it asks, and may answer as a server that doesn't know a document. */
  class CountingClient extends ApiClient {
    looks = 0;
    unknown: unknown;

    override query<R, V>(document: Document<R, V>, variables: V, signal?: AbortSignal): Promise<R> {
      if (document === this.unknown) throw new HoplineError('GRAPHQL_VALIDATION_FAILED', 'Cannot query field');
      if ((document as unknown) === runStatus) this.looks++;
      return super.query(document, variables, signal);
    }
  }

  let count = 0;
  /** A run that is about to do 16 tasks of a map and what comes behind them. */
  async function newRun() {
    const run = await plannedRun(database.db, { name: `followed ${count++}`, rows: 64, batch: 4 });
    await setRunState(database.db, run.runId, 'QUEUED');
    await setRunState(database.db, run.runId, 'RUNNING');
    const client = new CountingClient({ url: gate.url });
    const statuses: RunStatus[] = [];
    const stop = new AbortController();
    const options = { onStatus: (status: RunStatus) => void statuses.push(status), signal: stop.signal };
    const until = (done: number) =>
      expect.poll(() => statuses.at(-1)?.progress.done, { timeout: 60_000 }).toBeGreaterThanOrEqual(done);
    /** The tasks of the map, one commit each; then the rest, and the end. */
    const work = async (pause: number, between: (index: number) => Promise<void> = async () => undefined): Promise<void> => {
      const tasks = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'worker-1' });
      for (const [index, task] of tasks.entries()) {
        await commitTasks(database.db, [run.commit(task)]);
        await between(index);
        await sleep(pause);
      }
      await workThrough(database.db, run, [{ node: 'keep' }, { node: 'student' }, { node: 'report' }]);
      await setRunState(database.db, run.runId, 'SUCCEEDED');
    };
    return { runId: run.runId, client, statuses, stop, options, until, work };
  }

  test('shows each commit as its events tell it, and looks at the start and at the end only', async () => {
    const { runId, client, statuses, options, until, work } = await newRun();
    // It would look after a silence, too, and a machine that is busy otherwise is silent at times.
    const following = followRun(client, runId, { ...options, silence: 60_000 });
    await until(64);
    await work(150);
    const last = await following;
    expect(last).toMatchObject({ state: 'SUCCEEDED', finished: true, progress: { done: last.progress.total, failed: 0 } });
    expect(new Set(statuses.map(({ progress }) => progress.done)).size).toBeGreaterThan(5);
    expect(statuses.map(({ progress }) => progress.done)).toEqual(
      statuses.map(({ progress }) => progress.done).sort((a, b) => a - b),
    );
    expect(client.looks).toBeLessThanOrEqual(3);
  });

  test('goes on through cut connections, another server, and a time without any', async () => {
    const { runId, client, statuses, options, until, work } = await newRun();
    const following = followRun(client, runId, options);
    await until(64);
    await work(50, async (index) => {
      if (index % 6 !== 3) return;
      gate.lead(index === 3 ? null : instances[index % 2]!.url);
      gate.cut();
      if (index === 3) await sleep(1_000);
      gate.lead(instances[1]!.url);
    });
    expect(await following).toMatchObject({ state: 'SUCCEEDED' });
    expect(statuses.at(-1)!.nodes.every(({ state, done, total }) => state === 'SUCCEEDED' && done === total)).toBe(true);
  });

  test('gives up on a server that stays away, and says so', async () => {
    const { runId, client, options, until } = await newRun();
    const following = followRun(client, runId, { ...options, patience: 500 });
    const failed = expect(following).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
    await until(64);
    gate.lead(null);
    gate.cut();
    await failed;
    gate.lead(instances[0]!.url);
  });

  test('follows a run of an older server by looking at it', async () => {
    const { runId, client, options, until, work } = await newRun();
    client.unknown = eventCursor;
    const following = followRun(client, runId, options);
    await until(64);
    await work(150);
    expect(await following).toMatchObject({ state: 'SUCCEEDED' });
    expect(client.looks).toBeGreaterThan(2);
  });

  test('looks, too, while events come so thick that it costs the server less', async () => {
    const { runId, client, options, until, work } = await newRun();
    const following = followRun(client, runId, options);
    await until(64);
    const payload = { node: 'hop1', state: 'RUNNING', expected: 64, made: 0, cached: 0, failed: 0, deviceSeconds: 0 };
    for (let round = 0; round < 4; round++) {
      const events = Array.from({ length: 300 }, () => ({ runId, type: 'node.progress' as const, payload }));
      await database.db.transaction((tx) => writeEvents(tx, events));
      await sleep(300);
    }
    await work(150);
    expect(await following).toMatchObject({ state: 'SUCCEEDED' });
    expect(client.looks).toBeGreaterThan(4);
  });

  test('finds the end of a run also while a transaction holds its events back', async () => {
    const { runId, client, options, until, work } = await newRun();
    const following = followRun(client, runId, { ...options, silence: 500 });
    await until(64);
    await database.db.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      await work(0);
      expect(await following).toMatchObject({ state: 'SUCCEEDED' });
    });
  });

  test('ends at once when it is stopped, and names a run that is not there', async () => {
    const { runId, client, stop, options, until } = await newRun();
    const following = followRun(client, runId, options);
    const ended = expect(following).rejects.toMatchObject({ name: 'AbortError' });
    await until(64);
    stop.abort();
    await ended;
    const unknown = { onStatus: options.onStatus, signal: new AbortController().signal };
    await expect(followRun(client, 'r00000000000000', unknown)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  test('tells every event once through broken connections, and from a cursor on only what is behind it', async () => {
    const { runId, client, work } = await newRun();
    const told: RunEvent[] = [];
    const signal = new AbortController().signal;
    const telling = (async () => {
      for await (const event of followEvents(client, { runId, signal })) told.push(event);
    })();
    await work(30, async (index) => {
      if (index % 4 === 0) gate.cut();
    });
    await telling;
    const stored = await database.db.query<{ type: string }>('SELECT type FROM event WHERE run_id = $1 ORDER BY xid, id', [
      runId,
    ]);
    expect(told.map(({ type }) => type)).toEqual(stored.map(({ type }) => type));
    const rest: RunEvent[] = [];
    for await (const event of followEvents(client, { runId, after: told[5]!.cursor, signal })) rest.push(event);
    expect(rest).toEqual(told.slice(6));
    const wrong = followEvents(client, { runId, after: 'A'.repeat(30), signal });
    await expect(wrong.next()).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
});
