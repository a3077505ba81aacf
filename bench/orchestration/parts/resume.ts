import { planRun } from '../../../activities/plan.ts';
import { synthesise } from '../../../engine/lineage/fixtures/synthesise.ts';
import { assertFanIn, openUnits, rootDigest } from '../../../engine/lineage/index.ts';
import type { House } from '../../../test/start-house.ts';
import { registerRows } from '../../naps/register-rows.ts';
import { print } from '../measure/print.ts';
import { storedPlan } from './stored-plan.ts';

/** The decision what is left of a run of which so many samples are committed, all but one shard. */
export async function resume(house: House, samples: number): Promise<void> {
  const { db } = house.services;
  await registerRows(house.services, 'resume', samples / 10);
  const { runId, plan, pages } = await storedPlan(house, 'resume');
  let made = 0;
  for await (const page of pages) if (page.header.shard > 0) made += await synthesise(db, runId, page);
  await db.query('ANALYZE');
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await work();
    return (performance.now() - began) / 1000;
  };
  print('resume.query', await seconds(() => openUnits(db, runId)), 's', { committed: made });
  print('resume.decision', await seconds(() => planRun(house.services, runId)), 's', {
    committed: made,
    note: 'the plan activity of a resume: inputs compared, nothing expanded',
  });
  const nodes = plan.nodes.map((node) => node.name);
  print('finish.fan-in', await seconds(() => assertFanIn(db, runId, nodes).catch(() => undefined)), 's', { committed: made });
  print('finish.root-digest', await seconds(() => rootDigest(db, runId)), 's', { committed: made });
}
