import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApiProcess } from '../../api/events/fixtures/api-process.ts';
import { ApiClient } from '../../cli/client/api-client.ts';
import type { FollowOptions } from '../../cli/progress/follow-options.ts';
import { followRun } from '../../cli/progress/follow-run.ts';
import { PROGRESS_EVENTS } from '../../cli/progress/live-run.ts';
import { pollRun } from '../../cli/progress/poll-run.ts';
import { launchRun } from '../../engine/runs/index.ts';
import { startHouse } from '../../test/start-house.ts';
import { registerRows } from '../naps/register-rows.ts';
import { cpuSeconds } from '../orchestration/measure/memory.ts';
import { quantile } from '../orchestration/measure/quantiles.ts';
import { print } from './print.ts';

const ROUNDS = 3;
/** Many short tasks, and few long ones: tasks, milliseconds each. */
const RUNS = [
  [1_000, 1],
  [150, 200],
] as const;

/** CPU of the server while one client follows a run to its end, by its events and by looks, in turns; and how many events it takes. */
export async function following(): Promise<void> {
  const project = join(dirname(fileURLToPath(import.meta.url)), '../naps');
  const house = await startHouse({ project, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
  const api = await startApiProcess(house.services.databaseUrl!, { HOPLINE_PROJECT: project });
  try {
    let seed = 0;
    for (const [tasks, milliseconds] of RUNS) {
      await registerRows(house.services, `naps-${tasks}`, tasks);
      const cpu = { events: [] as number[], looks: [] as number[] };
      const seen = { events: [] as number[], looks: [] as number[] };
      const seconds: number[] = [];
      let told = 0;
      // The first of each warms the server up.
      for (let round = 0; round <= ROUNDS; round++)
        for (const [by, follow] of [
          ['looks', pollRun],
          ['events', followRun],
        ] as const) {
          const run = await launchRun(house.services, {
            pipeline: 'naps',
            seed: seed++,
            params: { dataset: `naps-${tasks}`, milliseconds },
          });
          const began = { cpu: cpuSeconds(api.pid), at: performance.now() };
          let pictures = 0;
          const options: FollowOptions = { onStatus: () => void pictures++, signal: new AbortController().signal };
          const { state } = await follow(new ApiClient({ url: api.url }), run.id, options);
          if (state !== 'SUCCEEDED') throw new Error(`run ${run.id} is ${state}`);
          if (round === 0) continue;
          cpu[by].push(cpuSeconds(api.pid) - began.cpu);
          seen[by].push(pictures);
          seconds.push((performance.now() - began.at) / 1000);
          [{ told }] = (await house.services.db.query<{ told: number }>(
            'SELECT count(*) AS told FROM event WHERE run_id = $1 AND type = ANY ($2)',
            [run.id, PROGRESS_EVENTS],
          )) as [{ told: number }];
        }
      const [events, looks] = [quantile(cpu.events, 0.5), quantile(cpu.looks, 0.5)];
      const run = { tasks, milliseconds, run_seconds: Math.round(quantile(seconds, 0.5) * 10) / 10 };
      print('following.events.cpu', events, 's', {
        ...run,
        events: told,
        of_looks: Math.round((events / looks) * 100) / 100,
        pictures: quantile(seen.events, 0.5),
        all: cpu.events,
      });
      print('following.looks.cpu', looks, 's', { ...run, pictures: quantile(seen.looks, 0.5), all: cpu.looks });
    }
  } finally {
    await api.kill();
    await house.stop();
  }
}
