import type { Json, JsonObject } from '../../engine/plan/json.ts';

/** A `JSON` field that is an object by its description; the schema's type doesn't say so. Anything else is as good as an empty one. */
export const jsonObject = (value: Json): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
