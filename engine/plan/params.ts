import { z } from 'zod';
import type { Pipeline } from './define-pipeline.ts';
import { HoplineError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { paramsInvalid, type Violation } from './params-invalid.ts';
import { undeclaredParams } from './undeclared-params.ts';

/** Params as given: a profile's name may stand under `profile`, everything else overrides it. */
export type GivenParams = JsonObject & { profile?: string };

/** Profile, then given values, then the schema's defaults. Throws PARAMS_INVALID with every violation and its path. */
export function resolveParams(pipeline: Pipeline, given: GivenParams = {}): JsonObject {
  const { profile, ...overrides } = given;
  const merged = merge(profileOf(pipeline, profile), overrides);
  const parsed = pipeline.params.safeParse(merged);
  const unknown = undeclaredParams(paramsSchema(pipeline), merged, 'params').map((path) => ({ path, message: 'is no param' }));
  if (parsed.success && unknown.length === 0) return JSON.parse(JSON.stringify(parsed.data)) as JsonObject;
  throw paramsInvalid(
    `pipeline "${pipeline.name}"`,
    [...violationsOf(parsed.error), ...unknown],
    `hopline plan ${pipeline.name} --json shows the params`,
  );
}

/** A step's params with defaults. Throws PARAMS_INVALID naming the node. */
export function resolveStepParams(node: string, schema: z.ZodType, given: unknown): JsonObject {
  const parsed = schema.safeParse(given ?? {});
  if (!parsed.success) throw paramsInvalid(`node "${node}"`, violationsOf(parsed.error));
  return JSON.parse(JSON.stringify(parsed.data ?? {})) as JsonObject;
}

/** The params as JSON Schema (draft 2020-12), for fronts and documents. */
export function paramsSchema(pipeline: Pipeline): JsonObject {
  return z.toJSONSchema(pipeline.params, { io: 'input', unrepresentable: 'any' }) as JsonObject;
}

function profileOf(pipeline: Pipeline, profile: string | undefined): JsonObject {
  if (profile === undefined) return {};
  const found = pipeline.profiles?.[profile];
  if (!found) {
    const known = Object.keys(pipeline.profiles ?? {}).join(', ') || 'none';
    const rule = `must be one of ${known}, got ${JSON.stringify(profile)}`;
    throw new HoplineError('PARAMS_INVALID', `params.profile ${rule}`, { details: { 'params.profile': rule } });
  }
  return found as JsonObject;
}

function violationsOf(error: z.ZodError | undefined): Violation[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const path = ['params', ...issue.path].join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((name) => ({ path: `${path}.${name}`, message: 'is no param' }));
    return [{ path, message: issue.message }];
  });
}

function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
