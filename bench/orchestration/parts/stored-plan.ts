import { planRun } from '../../../activities/plan.ts';
import { createRun, getRun } from '../../../engine/lineage/index.ts';
import { openPlanPage, type PlanPage } from '../../../engine/plan/plan-page.ts';
import type { Plan } from '../../../engine/plan/plan-types.ts';
import type { House } from '../../../test/start-house.ts';

export interface StoredPlan {
  runId: string;
  plan: Plan;
  pages: AsyncIterable<PlanPage>;
}

/** A run that is planned and never started. */
export async function storedPlan(
  { services }: House,
  dataset: string,
  { hops = 10, batch = 100, seed = 1 }: { hops?: number; batch?: number; seed?: number } = {},
): Promise<StoredPlan> {
  const { id } = await createRun(services.db, {
    pipeline: 'orchestration',
    pipelineVersion: '1',
    params: { dataset, hops, batch },
    seed,
    codeRevision: 'bench',
    environment: {},
  });
  await planRun(services, id);
  const { planDigest } = await getRun(services.db, id);
  const plan = JSON.parse(Buffer.from(await services.store.get(planDigest!)).toString('utf8')) as Plan;
  async function* pages(): AsyncGenerator<PlanPage> {
    for (const stage of plan.stages) for (const page of stage.pages!) yield openPlanPage(await services.store.get(page));
  }
  return { runId: id, plan, pages: pages() };
}
