import type { Json, JsonObject } from './json.ts';

/** Paths of given values that a params schema (as JSON Schema) doesn't declare. zod drops them in silence, and a misspelt
 *  `--set selction.keep=3` would be a run with the default. Objects that are open (records) or alternatives (unions) are left alone. */
export function undeclaredParams(schema: Json | undefined, given: Json, path: string): string[] {
  if (!isObject(schema) || !isObject(given)) return [];
  const { properties } = schema;
  if (!isObject(properties) || schema.additionalProperties !== undefined) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    const below = `${path}.${name}`;
    return Object.hasOwn(properties, name) ? undeclaredParams(properties[name], value, below) : [below];
  });
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
