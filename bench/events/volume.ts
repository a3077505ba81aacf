import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RunFeeds } from '../../api/events/run-feeds.ts';
import { launchRun } from '../../engine/runs/index.ts';
import { type House, startHouse } from '../../test/start-house.ts';
import { registerRows } from '../naps/register-rows.ts';
import { benchRun, write } from './bench-run.ts';
import { print } from './print.ts';

const TASKS = 1_000;

/** What a run of short tasks writes to the outbox, and how late events come beside a long transaction. */
export async function volume(): Promise<void> {
  const project = join(dirname(fileURLToPath(import.meta.url)), '../naps');
  const house = await startHouse({ project, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
  const { db } = house.services;
  try {
    await registerRows(house.services, 'naps', TASKS);
    const run = await launchRun(house.services, { pipeline: 'naps', params: { dataset: 'naps', milliseconds: 1 } });
    await house.until(run.id, ['SUCCEEDED'], 300);
    const types = await db.query<{ type: string; count: number; bytes: number }>(
      'SELECT type, count(*) AS count, sum(pg_column_size(event.*)) AS bytes FROM event WHERE run_id = $1 GROUP BY type ORDER BY 2 DESC',
      [run.id],
    );
    for (const { type, count, bytes } of types)
      print(`volume.${type}`, count / TASKS, 'events/task', { bytes_each: Math.round(Number(bytes) / count) });

    await heldByRegistration(house);
  } finally {
    await house.stop();
  }
}

/** How late events come while a dataset of 200,000 rows is registered, which is one transaction. */
async function heldByRegistration({ services }: House): Promise<void> {
  const { db, databaseUrl } = services;
  const runId = await benchRun(db, 4);
  const events = await new RunFeeds({ db, databaseUrl }).subscribe({ runId, types: ['node.progress'], visibility: null });
  const began = performance.now();
  let over = false;
  const registering = registerRows(services, 'many', 200_000).finally(() => {
    over = true;
  });
  let longest = 0;
  while (!over) {
    await write(db, runId, 1);
    const committed = performance.now();
    await events.next();
    longest = Math.max(longest, (performance.now() - committed) / 1000);
    await sleep(200);
  }
  await registering;
  await events.return();
  print('held_by_registration', longest, 's', { rows: 200_000, registered_in: Math.round((performance.now() - began) / 1000) });
}
