import { launchRun } from '../../../engine/runs/index.ts';
import type { House } from '../../../test/start-house.ts';
import { print } from '../measure/print.ts';
import { watchMemory } from '../measure/watch-memory.ts';

/** How long the run may take. Seconds. */
const PATIENCE = 3600;

/** One hop of so many samples, and a selection that decides on each of them: how long it takes, and what it takes of memory. */
export async function select(house: House, rows: number): Promise<void> {
  const { db } = house.services;
  const params = { dataset: 'relay', hops: 1, batch: 256, select: true };
  const launched = await launchRun(house.services, { pipeline: 'orchestration', params, seed: 2 });
  const chosen = async (): Promise<boolean> => {
    const [node] = await db.query<{ state: string }>(`SELECT state FROM node WHERE run_id = $1 AND name = 'hop-1'`, [
      launched.id,
    ]);
    return node?.state === 'SUCCEEDED';
  };
  while (!(await chosen())) await new Promise((resolve) => setTimeout(resolve, 500));
  const memory = watchMemory(house.worker.pid);
  const began = performance.now();
  const { state } = await house.until(launched.id, ['SUCCEEDED', 'FAILED'], PATIENCE);
  const seconds = (performance.now() - began) / 1000;
  const { workerMax, hostMax } = memory.stop();
  const [decided] = await db.query<{ count: number; kept: number }>(
    'SELECT count(*) AS count, count(*) FILTER (WHERE kept) AS kept FROM decision',
  );
  print('select.wall', seconds, 's', { samples: rows, decisions: decided!.count, kept: decided!.kept, state });
  print('select.worker_rss_max', workerMax, 'MB');
  print('select.host_rss_max', hostMax, 'MB');
  if (decided!.count !== rows) process.exitCode = 1;
}
