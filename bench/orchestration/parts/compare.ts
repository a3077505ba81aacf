import { launchRun } from '../../../engine/runs/index.ts';
import type { House } from '../../../test/start-house.ts';
import { registerRows } from '../../naps/register-rows.ts';
import { BareTemporal } from '../bare/run-bare.ts';
import { print } from '../measure/print.ts';
import { quantile } from '../measure/quantiles.ts';
import { overheadOf, runSpan } from '../measure/run-span.ts';

const ROUNDS = 5;

/** Ours and bare Temporal activities in turns, block by block, on the same server: whatever else the machine does strikes both. A block is a run
 *  of `tasks` tasks with a seed of its own, then as many seconds' worth of activities, two at a time as ours. */
export async function compare(house: House, tasks: number): Promise<void> {
  const bare = await BareTemporal.open(house.env.TEMPORAL_ADDRESS!, 2);
  const activities = Math.max(200, Math.round(tasks / 2));
  await registerRows(house.services, 'compare', tasks * 10);
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    await bare.measure(50);
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await bare.measure(activities));
      const input = { pipeline: 'orchestration', params: { dataset: 'compare' }, seed: 1000 + round };
      const { id } = await launchRun(house.services, input);
      await house.until(id, ['SUCCEEDED'], 3600);
      ours.push(overheadOf(await runSpan(house.services.db, id)));
    }
  } finally {
    await bare.close();
  }
  const median = quantile(theirs, 0.5);
  print('compare.bare_activity', median, 'ms/activity', { blocks: theirs.map(round), activities, at_once: 2 });
  print('compare.task_overhead', quantile(ours, 0.5), 'ms/task', { blocks: ours.map(round), tasks, samples_a_task: 100 });
  print(
    'compare.ratio',
    quantile(
      ours.map((value, index) => value / theirs[index]!),
      0.5,
    ),
    'x',
    {
      note: 'a task of 100 samples, leased, stored and committed, to an activity that does nothing; median of the blocks',
    },
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;
