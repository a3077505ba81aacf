import type { JsonObject } from '../../engine/plan/json.ts';

/** `LaunchRunInput` of the API. */
export interface LaunchRunInput {
  pipeline: string;
  params?: JsonObject;
  seed?: number;
  project?: string;
  labels?: { name: string; value: string }[];
  priority?: number;
  idempotencyKey?: string;
}
