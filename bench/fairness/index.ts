/** A run of 20 tasks against one of 5,000 on one device: `npm run bench -- fairness [TASKS]`. How much later the small one ends than alone,
 *  as another project's run of the same priority, and as an urgent run (priority 1) of the same project. */
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProgress } from '../../engine/lineage/index.ts';
import { cancelRun, launchRun } from '../../engine/runs/index.ts';
import { startHouse } from '../../test/start-house.ts';
import { registerRows } from '../naps/register-rows.ts';

const tasks = Number(process.argv[2] ?? 5000);
const SMALL = 20;

const project = join(dirname(fileURLToPath(import.meta.url)), '../naps');
const house = await startHouse({ project, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
try {
  await registerRows(house.services, 'huge', tasks);
  await registerRows(house.services, 'small', SMALL);
  const alone = await small('alone', {});
  const huge = await launchRun(house.services, { pipeline: 'naps', project: 'a', params: { dataset: 'huge', milliseconds: 40 } });
  while ((await runProgress(house.services.db, huge.id)).totals.made < 50) await sleep(50);
  await small('other-project', { project: 'b', seed: 2 }, alone);
  await small('urgent', { project: 'a', priority: 1, seed: 3 }, alone);
  await small('neither', { project: 'a', seed: 4 }, alone);
  await cancelRun(house.services, huge.id).catch(() => undefined);
  await house.until(huge.id, ['CANCELLED', 'SUCCEEDED']);
} finally {
  await house.stop();
}

async function small(name: string, how: { project?: string; priority?: number; seed?: number }, alone?: number): Promise<number> {
  const began = Date.now();
  const params = { dataset: 'small', milliseconds: 20 + (how.seed ?? 0) / 1000 };
  const run = await launchRun(house.services, { pipeline: 'naps', params, ...how });
  await house.until(run.id, ['SUCCEEDED'], 600);
  const seconds = (Date.now() - began) / 1000;
  const more =
    alone === undefined ? {} : { times_alone: Math.round((seconds / alone) * 10) / 10, beside: `a run of ${tasks} tasks` };
  console.log(JSON.stringify({ name: `fairness.${name}`, value: seconds, unit: 's', tasks: SMALL, ...more }));
  return seconds;
}
