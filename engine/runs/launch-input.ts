import type { Pipeline } from '../plan/define-pipeline.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import { resolveParams } from '../plan/params.ts';
import { findPipeline, type Project } from '../plan/project.ts';

/** A request to plan or launch a run. */
export interface LaunchInput {
  pipeline: string;
  /** `profile` picks a profile; the rest overrides it. */
  params?: JsonObject;
  /** Default 0. */
  seed?: number;
  project?: string;
  labels?: Record<string, string>;
  /** 1 (first) to 5. Default 3. */
  priority?: number;
  idempotencyKey?: string;
}

/** The request with every default filled in. Throws PIPELINE_NOT_FOUND, PARAMS_INVALID. */
export function resolveLaunch(project: Project, input: LaunchInput): { pipeline: Pipeline; params: JsonObject; seed: number } {
  const pipeline = findPipeline(project, input.pipeline);
  const seed = input.seed ?? 0;
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new HoplineError('PARAMS_INVALID', `seed must be a whole number >= 0, got ${seed}`);
  const priority = input.priority ?? 3;
  if (!Number.isInteger(priority) || priority < 1 || priority > 5)
    throw new HoplineError('PARAMS_INVALID', `priority must be 1 to 5, got ${priority}`);
  return { pipeline, params: resolveParams(pipeline, input.params), seed };
}
