import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestCancel, runProgress } from '../engine/lineage/index.ts';
import { cancelRun, launchRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'toy-project');

/** temporal.api.enums.v1.TimeoutType */
const SCHEDULE_TO_START = 2;

/** Long enough that a run which ends within a test can't have waited for it. Seconds. */
const HEARTBEAT = 300;

describe('with a heartbeat time-out of five minutes', () => {
  let house: House;

  beforeAll(async () => {
    house = await startHouse({
      project,
      env: (home) => ({ TOY_LOG: join(home, 'toy.log'), HOPLINE_HEARTBEAT_SECONDS: String(HEARTBEAT), HOPLINE_DEVICES: 'cpu:0' }),
    });
    const rows = Array.from({ length: 20 }, (_, index) => ({
      id: `row-${index}`,
      group: `row-${index}`,
      text: `text ${index}`,
      meta: {},
    }));
    const reader = {
      name: 'inline',
      description: 'texts of a test',
      async *read() {
        yield* rows;
      },
    };
    await registerDataset(house.services, { name: 'toy', reader });
  });
  afterAll(() => house?.stop());

  /** Tasks of a run's workflows that came up after its worker had died and waited for it, which had the workflow in memory, until Temporal
   *  gave them to another. A living worker that is slow lets tasks wait, too. */
  const tasksKeptForTheDead = async (runId: string, died: number): Promise<number> => {
    const connection = await Connection.connect({ address: house.env.TEMPORAL_ADDRESS! });
    try {
      const { workflow } = new Client({ connection });
      let count = 0;
      for await (const { workflowId } of workflow.list({ query: `WorkflowId STARTS_WITH 'run/${runId}'` })) {
        const { events } = await workflow.getHandle(workflowId).fetchHistory();
        const asked = events!.flatMap(({ eventId, eventTime, workflowTaskScheduledEventAttributes: task }) =>
          task ? [{ id: Number(eventId), at: tsToMs(eventTime), queue: task.taskQueue!.name! }] : [],
        );
        const dead = new Set(asked.filter(({ at, queue }) => at < died && queue !== 'hopline').map(({ queue }) => queue));
        const kept = new Set(asked.filter(({ at, queue }) => at >= died && dead.has(queue)).map(({ id }) => id));
        for (const { workflowTaskTimedOutEventAttributes: timedOut } of events!)
          if (timedOut?.timeoutType === SCHEDULE_TO_START && kept.has(Number(timedOut.scheduledEventId))) count++;
      }
      return count;
    } finally {
      await connection.close();
    }
  };
  const made = async (runId: string): Promise<number> => (await runProgress(house.services.db, runId)).totals.made;
  const untilMade = async (runId: string, count: number): Promise<void> => {
    while ((await made(runId)) < count) await sleep(20);
  };

  test('what a killed worker had in hand goes to the next worker at once', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 1, params: { milliseconds: 300 } });
    await untilMade(run.id, 16);
    await house.worker.end('SIGKILL');
    const died = Date.now();
    house.worker = await house.startWorker();
    await house.until(run.id, ['SUCCEEDED']);
    expect(readFileSync(join(house.home, 'worker.log'), 'utf8')).toMatch(
      /is handed over: worker .* has died|activities of worker .* are handed over/,
    );
    expect(await tasksKeptForTheDead(run.id, died)).toBe(0);
  });

  test('a neighbour on the host takes over without a restart', async () => {
    const neighbour = await house.startWorker();
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 2, params: { milliseconds: 300 } });
    await untilMade(run.id, 16);
    await house.worker.end('SIGKILL');
    await house.until(run.id, ['SUCCEEDED']);
    house.worker = neighbour;
  });

  test('a cancellation frees the device in the middle of a batch', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 3, params: { milliseconds: 600_000 } });
    await house.until(run.id, ['RUNNING']);
    await sleep(1_000);
    await cancelRun(house.services, run.id);
    await house.until(run.id, ['CANCELLED']);
    const next = await launchRun(house.services, { pipeline: 'toy', seed: 4 });
    await house.until(next.id, ['SUCCEEDED']);
  });

  test('a cancellation that Temporal was never told of comes about all the same', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 6, params: { milliseconds: 60_000 } });
    await house.until(run.id, ['RUNNING']);
    await sleep(1_000);
    await requestCancel(house.services.db, run.id, 'no longer needed');
    const cancelled = await house.until(run.id, ['CANCELLED']);
    expect(cancelled.error).toMatchObject({ code: 'CANCELLED', message: 'no longer needed' });
  });

  test('on SIGTERM a worker finishes and commits its batch and exits with 0; nothing is done again', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 5, params: { milliseconds: 300 } });
    await untilMade(run.id, 8);
    const code = await house.worker.end('SIGTERM');
    const left = await house.services.db.query<{ running: number }>(
      `SELECT count(*)::int AS running FROM task WHERE run_id = $1 AND state = 'running'`,
      [run.id],
    );
    expect({ code, running: left[0]!.running }).toEqual({ code: 0, running: 0 });
    house.worker = await house.startWorker();
    await house.until(run.id, ['SUCCEEDED']);
    const attempts = await house.services.db.query<{ outcome: string; count: number }>(
      `SELECT a.outcome, count(*)::int FROM attempt a JOIN task t ON t.id = a.task_id
        WHERE t.run_id = $1 AND a.outcome <> 'released' GROUP BY 1`,
      [run.id],
    );
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['committed']);
  });
});
