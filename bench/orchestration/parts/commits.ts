import type { House } from '../../../test/start-house.ts';
import { registerRows } from '../../naps/register-rows.ts';
import { commitTimes } from '../commit-times.ts';
import { cpuSeconds } from '../measure/memory.ts';
import { print } from '../measure/print.ts';
import { quantile } from '../measure/quantiles.ts';
import { storedPlan } from './stored-plan.ts';

/** One transaction a task of 256 samples with an edge each, nothing else going on. Beside the time, what the client and the server compute:
 *  that stays the same on a machine that has other things to do. */
export async function commits(house: House): Promise<void> {
  const count = 120;
  await registerRows(house.services, 'commits', 256 * count + 256 * 32);
  const { runId, plan, pages } = await storedPlan(house, 'commits', { hops: 1, batch: 256 });
  const seconds: number[] = [];
  const client = process.cpuUsage();
  const server = await serverCpu(house);
  for await (const page of pages) {
    if (seconds.length >= count) break;
    seconds.push(...(await commitTimes(house.services.db, runId, page, plan.nodes, count - seconds.length)));
  }
  const { user, system } = process.cpuUsage(client);
  const computed = {
    client_cpu_ms: round((user + system) / 1000 / count),
    server_cpu_ms: round((((await serverCpu(house)) - server) * 1000) / count),
  };
  const warm = seconds.slice(5).map((value) => value * 1000);
  print('commit.p50', quantile(warm, 0.5), 'ms', { samples: 256, commits: warm.length, ...computed });
  print('commit.p95', quantile(warm, 0.95), 'ms', { samples: 256, commits: warm.length });
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** CPU seconds of the server's processes for our connections. */
async function serverCpu({ services }: House): Promise<number> {
  const backends = await services.db.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'hopline'`,
  );
  return backends.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
}
