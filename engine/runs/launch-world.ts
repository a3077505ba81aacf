import type { Db, Pins } from '../lineage/index.ts';
import { buildGraph } from '../plan/build-graph.ts';
import type { Pipeline } from '../plan/define-pipeline.ts';
import type { JsonObject } from '../plan/json.ts';
import type { PlanSources } from '../plan/plan-basis.ts';
import type { LaunchInput } from './launch-input.ts';
import { planWorld } from './plan-world.ts';
import { resolvePins } from './resolve-pins.ts';

/** What a launch plans with: the project's world, with the versions that the request pins.
 *  @throws WIRING_INVALID, PARAMS_INVALID, DATASET_MISSING, MODEL_MISSING */
export async function launchWorld(
  db: Db,
  { pipeline, params }: { pipeline: Pipeline; params: JsonObject },
  input: Pick<LaunchInput, 'project' | 'datasets' | 'models'> & { pins?: Pins | null },
): Promise<{ world: PlanSources; pins: Pins | null }> {
  const pins = input.pins ?? (await resolvePins(db, buildGraph(pipeline, params), input));
  return { world: planWorld(db, { project: input.project, pins }), pins };
}
