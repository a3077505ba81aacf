import { synthesise } from '../../../engine/lineage/fixtures/synthesise.ts';
import { previewPlan } from '../../../engine/runs/index.ts';
import type { House } from '../../../test/start-house.ts';
import { registerRows } from '../../naps/register-rows.ts';
import { print } from '../measure/print.ts';
import { storedPlan } from './stored-plan.ts';

/** `hopline plan` of so many tasks of ten items each. */
export async function diff(house: House, tasks: number): Promise<void> {
  const rows = tasks;
  await registerRows(house.services, 'diff', rows);
  const input = { pipeline: 'orchestration', params: { dataset: 'diff', batch: 10 }, seed: 1 };
  const measure = async (name: string): Promise<void> => {
    const before = process.cpuUsage();
    const began = performance.now();
    const { totals } = await previewPlan(house.services, input);
    const { user, system } = process.cpuUsage(before);
    print(`diff.${name}`, (performance.now() - began) / 1000, 's', { tasks, ...totals, cpu_s: (user + system) / 1e6 });
  };
  await measure('nothing-exists');
  const { runId, pages } = await storedPlan(house, 'diff', { batch: 10 });
  for await (const page of pages) await synthesise(house.services.db, runId, page);
  await house.services.db.query('ANALYZE sample');
  await measure('everything-exists');
}
