import { getRun } from '../../../engine/lineage/index.ts';
import { launchRun } from '../../../engine/runs/index.ts';
import type { House } from '../../../test/start-house.ts';
import { BareTemporal } from '../bare/run-bare.ts';
import { largestHistory } from '../measure/histories.ts';
import { childrenOf, cpuSeconds, peakMegabytes, residentMegabytes } from '../measure/memory.ts';
import { print } from '../measure/print.ts';
import { quantile } from '../measure/quantiles.ts';

/** Tasks of a window over which the overhead a task is taken: single tasks are committed in groups and have no end of their own. */
const WINDOW = 50;

/** A run of so many tasks on one device, beside bare activities with the same concurrency. */
export async function run(house: House, tasks: number): Promise<void> {
  const { db } = house.services;
  const bare = await BareTemporal.open(house.env.TEMPORAL_ADDRESS!, 2);
  const activities = Math.min(1000, Math.max(200, Math.round(tasks / 5)));
  const before = await bare.measure(activities);
  const bytesBefore = await databaseBytes(house);
  const cpuBefore = cpuSeconds(house.worker.pid);
  const memory: number[] = [];
  const watch = setInterval(() => memory.push(residentMegabytes(house.worker.pid) ?? 0), 1000);
  const began = performance.now();
  const launched = await launchRun(house.services, { pipeline: 'orchestration', params: { dataset: 'relay' }, seed: 1 });
  const launchSeconds = (performance.now() - began) / 1000;
  await house.until(launched.id, ['SUCCEEDED'], 3600);
  const wall = (performance.now() - began) / 1000;
  clearInterval(watch);
  const cpu = cpuSeconds(house.worker.pid) - cpuBefore;
  const after = await bare.measure(activities);
  await bare.close();
  const [{ first, last, count, inside }] = (await db.query<{ first: Date; last: Date; count: number; inside: number }>(
    `SELECT min(leased_at) AS first, max(committed_at) AS last, count(*) AS count, sum(device_seconds) AS inside FROM task WHERE run_id = $1`,
    [launched.id],
  )) as [{ first: Date; last: Date; count: number; inside: number }];
  const span = (last.getTime() - first.getTime()) / 1000;
  const overheads = await windowOverheads(house, launched.id);
  const samples = count * 100;
  print('run.wall', wall, 's', { tasks: count, launch_s: launchSeconds, step_s: inside });
  print('run.tasks_per_second', count / span, 'tasks/s', {
    samples_per_second: Math.round(samples / span),
    note: 'first lease to last commit',
  });
  print('run.overhead', ((span - inside) / count) * 1000, 'ms/task', {
    note: 'first lease to last commit less the time inside steps, one device',
  });
  print('run.overhead_p50', quantile(overheads, 0.5), 'ms/task', { window: WINDOW });
  print('run.overhead_p95', quantile(overheads, 0.95), 'ms/task', { window: WINDOW });
  print('run.worker_cpu', (cpu / count) * 1000, 'ms/task');
  print('bare.activity', (before + after) / 2, 'ms/activity', { before, after, activities, at_once: 2 });
  const history = await largestHistory(house.env.TEMPORAL_ADDRESS!, launched.id);
  print('run.largest_history', history.events, 'events', { workflows: history.workflows });
  print('run.worker_peak_rss', peakMegabytes(house.worker.pid) ?? 0, 'MB', {
    start: memory[0],
    middle: memory[Math.floor(memory.length / 2)],
    end: memory.at(-1),
    note: 'workflows, control activities and slices are one process',
  });
  print('run.host_peak_rss', Math.max(0, ...childrenOf(house.worker.pid).map((pid) => peakMegabytes(pid) ?? 0)), 'MB');
  print('run.postgres_bytes', ((await databaseBytes(house)) - bytesBefore) / samples, 'bytes/sample');
  if ((await getRun(db, launched.id)).state !== 'SUCCEEDED') process.exitCode = 1;
}

async function databaseBytes({ services }: House): Promise<number> {
  const [row] = await services.db.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes');
  return row!.bytes;
}

/** Milliseconds a task between starts, less those inside the step, for every window of consecutive tasks of the device. */
async function windowOverheads({ services }: House, runId: string): Promise<number[]> {
  const rows = await services.db.query<{ at: Date; seconds: number }>(
    'SELECT started_at AS at, seconds FROM derivation WHERE run_id = $1 ORDER BY started_at',
    [runId],
  );
  const overheads: number[] = [];
  for (let from = 0; from + WINDOW < rows.length; from += WINDOW) {
    const inside = rows.slice(from, from + WINDOW).reduce((sum, row) => sum + row.seconds, 0);
    overheads.push((rows[from + WINDOW]!.at.getTime() - rows[from]!.at.getTime() - inside * 1000) / WINDOW);
  }
  return overheads;
}
