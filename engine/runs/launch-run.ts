import { crashPoint } from '../faults/crash-point.ts';
import { createRun, isFinished, type Pins, type RunRow } from '../lineage/index.ts';
import type { JsonObject } from '../plan/json.ts';
import { preparePlan } from '../plan/make-plan.ts';
import { describeEnvironment } from './environment.ts';
import { type LaunchInput, resolveLaunch } from './launch-input.ts';
import { launchWorld } from './launch-world.ts';
import type { RunServices } from './services.ts';
import { withShippedDatasets } from './with-shipped-datasets.ts';

/** Validates everything, stores the run, starts its workflow with an id only. The same idempotency key gives the same run.
 *  @throws PIPELINE_NOT_FOUND, PARAMS_INVALID, DATASET_MISSING, MODEL_MISSING, DATASET_RETRACTED, MODEL_RETRACTED, WIRING_INVALID,
 *  SOURCE_EMPTY, IDEMPOTENCY_CONFLICT, TEMPORAL_*, STORE_* where Temporal or the store can't be used; nothing is stored then. */
export async function launchRun(
  services: RunServices,
  input: LaunchInput & { parentRunId?: string; remake?: string[]; pins?: Pins | null },
): Promise<RunRow> {
  const { pipeline, params, seed } = resolveLaunch(services.project, input);
  const pins = await withShippedDatasets(services, async () => {
    const found = await launchWorld(services.db, { pipeline, params }, input);
    await preparePlan(pipeline, params, seed, found.world);
    return found.pins;
  });
  await services.temporal.check();
  await services.store.check();
  const run = await createRun(services.db, {
    project: input.project,
    pipeline: pipeline.name,
    pipelineVersion: pipeline.version,
    params,
    seed,
    labels: input.labels,
    priority: input.priority,
    idempotencyKey: input.idempotencyKey,
    parentRunId: input.parentRunId,
    remake: input.remake,
    pins,
    ...(input.datasets || input.models
      ? { pinsAsked: { datasets: input.datasets ?? {}, models: input.models ?? {} } as JsonObject }
      : {}),
    ...(await describeEnvironment()),
  });
  crashPoint('launch.stored');
  // Also for a run that exists: whoever stored it may have died before its workflow was started.
  if (!isFinished(run.state)) await services.temporal.start({ runId: run.id, priority: run.priority, project: run.project });
  return run;
}
