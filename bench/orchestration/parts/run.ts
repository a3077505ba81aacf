import { getRun } from '../../../engine/lineage/index.ts';
import { launchRun } from '../../../engine/runs/index.ts';
import type { House } from '../../../test/start-house.ts';
import { largestHistory } from '../measure/histories.ts';
import { cpuSeconds } from '../measure/memory.ts';
import { print } from '../measure/print.ts';
import { quantile } from '../measure/quantiles.ts';
import { overheadOf, runSpan } from '../measure/run-span.ts';
import { watchMemory } from '../measure/watch-memory.ts';
import { windowOverheads } from '../measure/window-overheads.ts';

const WINDOW = 50;
/** How long the run may take. Seconds. */
const PATIENCE = 3 * 3600;

/** A run of so many tasks on one device, and a reduction over all samples of its last hop. */
export async function run(house: House, tasks: number): Promise<void> {
  const { db } = house.services;
  const bytesBefore = await databaseBytes(house);
  const cpuBefore = cpuSeconds(house.worker.pid);
  const memory = watchMemory(house.worker.pid);
  const began = performance.now();
  const input = { pipeline: 'orchestration', params: { dataset: 'relay', count: true }, seed: 1 };
  const launched = await launchRun(house.services, input);
  const launchSeconds = (performance.now() - began) / 1000;
  const told = setInterval(() => void tellProgress(house, launched.id, tasks, began), 30_000);
  await house.until(launched.id, ['SUCCEEDED'], PATIENCE).finally(() => clearInterval(told));
  const wall = (performance.now() - began) / 1000;
  const { workerMax, hostMax, course } = memory.stop();
  const cpu = cpuSeconds(house.worker.pid) - cpuBefore;
  const span = await runSpan(db, launched.id);
  const overheads = await windowOverheads(db, launched.id, WINDOW);
  const samples = span.tasks * 100;
  print('run.wall', wall, 's', { tasks: span.tasks, launch_s: launchSeconds, step_s: span.inside });
  print('run.tasks_per_second', span.tasks / span.span, 'tasks/s', {
    samples_per_second: Math.round(samples / span.span),
    note: 'first lease to last commit',
  });
  print('run.overhead', overheadOf(span), 'ms/task', {
    note: 'first lease to last commit less the time inside steps, one device',
  });
  print('run.overhead_p50', quantile(overheads, 0.5), 'ms/task', { window: WINDOW });
  print('run.overhead_p95', quantile(overheads, 0.95), 'ms/task', { window: WINDOW });
  print('run.worker_cpu', (cpu / span.tasks) * 1000, 'ms/task');
  const history = await largestHistory(house.env.TEMPORAL_ADDRESS!, launched.id);
  print('run.largest_history', history.events, 'events', { bytes: history.bytes, workflows: history.workflows });
  print('run.worker_rss_max', workerMax, 'MB', { course, note: 'workflows, control activities and slices are one process' });
  print('run.host_rss_max', hostMax, 'MB');
  print('run.postgres_bytes', ((await databaseBytes(house)) - bytesBefore) / samples, 'bytes/sample');
  const whole = 100_000;
  if (tasks < whole) print('run.projected', (wall / tasks) * (whole / 60), 'min', { tasks: whole });
  if ((await getRun(db, launched.id)).state !== 'SUCCEEDED') process.exitCode = 1;
}

async function databaseBytes({ services }: House): Promise<number> {
  const [row] = await services.db.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes');
  return row!.bytes;
}

/** For whoever waits. */
async function tellProgress({ services }: House, runId: string, tasks: number, began: number): Promise<void> {
  const [row] = await services.db.query<{ made: number }>('SELECT coalesce(sum(made), 0) AS made FROM node WHERE run_id = $1', [
    runId,
  ]);
  const seconds = (performance.now() - began) / 1000;
  const share = row!.made / (tasks * 100);
  const left = share > 0 ? Math.round((seconds / share - seconds) / 60) : '?';
  process.stderr.write(`${Math.round(share * 100)} % after ${Math.round(seconds)} s, ${left} min left\n`);
}
