import { getRun } from '../../engine/lineage/index.ts';
import { preparePlanOf } from '../../engine/plan/make-plan.ts';
import { readPlanBasis } from '../../engine/plan/plan-basis.ts';
import { findPipeline } from '../../engine/plan/project.ts';
import { planWorld } from '../../engine/runs/plan-world.ts';
import { writePages } from '../plan.ts';
import { objectLost } from './object-lost.ts';
import type { RemakeServices } from './remake-task.ts';

/** Makes the plan of a run again with all of its pages: the same inputs give the same bytes. */
export async function remakePlan(services: RemakeServices, runId: string, digest: string): Promise<void> {
  const { db, project, store } = services;
  const run = await getRun(db, runId);
  const world = planWorld(db, run);
  const basis = await readPlanBasis(findPipeline(project, run.pipeline), run.params, run.seed, world, run.remake);
  await writePages(services, await preparePlanOf(basis, world));
  const whole = await store.get(digest).then(
    () => true,
    () => false,
  );
  if (!whole)
    throw objectLost(
      digest,
      `a part of the plan of run ${runId}, which was made from other code or data`,
      `hopline resume ${runId}`,
    );
}
