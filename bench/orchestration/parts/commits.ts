import type { House } from '../../../test/start-house.ts';
import { registerRows } from '../../naps/register-rows.ts';
import { commitTimes } from '../commit-times.ts';
import { print } from '../measure/print.ts';
import { quantile } from '../measure/quantiles.ts';
import { storedPlan } from './stored-plan.ts';

/** One transaction a task of 256 samples with an edge each, nothing else going on. */
export async function commits(house: House): Promise<void> {
  const count = 60;
  await registerRows(house.services, 'commits', 256 * count + 256 * 32);
  const { runId, plan, pages } = await storedPlan(house, 'commits', { hops: 1, batch: 256 });
  const seconds: number[] = [];
  for await (const page of pages) {
    if (seconds.length >= count) break;
    seconds.push(...(await commitTimes(house.services.db, runId, page, plan.nodes, count - seconds.length)));
  }
  const warm = seconds.slice(5).map((value) => value * 1000);
  print('commit.p50', quantile(warm, 0.5), 'ms', { samples: 256, commits: warm.length });
  print('commit.p95', quantile(warm, 0.95), 'ms', { samples: 256, commits: warm.length });
}
