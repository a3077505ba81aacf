/** How soon a cancelled run frees its device: `npm run bench -- cancel [ROUNDS]`. One device at default settings, held by a batch of ten
 *  minutes that doesn't look at its signal; another run waits behind it. From the wish to cancel to the other run's first commit. */
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProgress } from '../../engine/lineage/index.ts';
import { cancelRun, launchRun } from '../../engine/runs/index.ts';
import { startHouse } from '../../test/start-house.ts';
import { registerRows } from '../naps/register-rows.ts';

const rounds = Number(process.argv[2] ?? 20);
if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error(`ROUNDS must be a whole number >= 1, got ${process.argv[2]}`);

const project = join(dirname(fileURLToPath(import.meta.url)), '../naps');
const house = await startHouse({ project, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
const freed: number[] = [];
const marked: number[] = [];
try {
  await registerRows(house.services, 'one', 1);
  for (let round = 0; round < rounds; round++) {
    const long = await launch(600_000 + round);
    await untilTaskRuns(long);
    await sleep(500 + 100 * (round % 20));
    const waiting = await launch(1 + round / 1000);
    const asked = Date.now();
    await cancelRun(house.services, long);
    while ((await runProgress(house.services.db, waiting)).totals.made === 0) await sleep(10);
    freed.push((Date.now() - asked) / 1000);
    await house.until(long, ['CANCELLED']);
    marked.push((Date.now() - asked) / 1000);
    await house.until(waiting, ['SUCCEEDED']);
  }
} finally {
  await house.stop();
}
print('cancel.device_free', freed, { aim: 15 });
print('cancel.run_marked', marked, {});

async function launch(milliseconds: number): Promise<string> {
  return (await launchRun(house.services, { pipeline: 'naps', params: { dataset: 'one', milliseconds } })).id;
}

async function untilTaskRuns(runId: string): Promise<void> {
  for (let running = 0; running === 0; await sleep(10)) {
    const [row] = await house.services.db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM task WHERE run_id = $1 AND state = 'running'`,
      [runId],
    );
    running = row!.count;
  }
}

function print(name: string, values: number[], more: object): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
  console.log(JSON.stringify({ name, value: at(0.95), unit: 's', p50: at(0.5), most: at(1), rounds: sorted.length, ...more }));
}
