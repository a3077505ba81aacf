import type { Pipeline } from './define-pipeline.ts';
import type { JsonObject } from './json.ts';
import { PlanExpansion, preparePlan } from './make-plan.ts';
import type { PlanSources } from './plan-basis.ts';
import type { PlanPage } from './plan-page.ts';
import type { Plan, PlanItem, PlannedTask } from './plan-types.ts';
import { pageTasks, wholeNodeTasks } from './planned-tasks.ts';

export interface WholePlan {
  plan: Plan;
  /** By stage and shard. */
  pages: PlanPage[][];
  tasks: PlannedTask[];
}

/** A plan with all of its pages. */
export async function makePlan(pipeline: Pipeline, params: JsonObject, seed: number, world: PlanSources): Promise<WholePlan> {
  const expansion = new PlanExpansion(await preparePlan(pipeline, params, seed, world));
  const pages: PlanPage[][] = expansion.prepared.staging.stages.map(() => []);
  for await (const page of expansion.pages()) pages[page.header.stage]!.push(page);
  const plan = expansion.plan();
  return { plan, pages, tasks: [...pages.flat().flatMap((page) => pageTasks(page, plan.nodes)), ...wholeNodeTasks(plan.nodes)] };
}

export const everyItem = (page: PlanPage, node: string): PlanItem[] => page.items(node, 0, page.count(node));
