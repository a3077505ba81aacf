import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON file of a model folder, or undefined where there is none. Takes Infinity and NaN, which Python writes.
 *  @throws HoplineError MODEL_CONFIG_INVALID */
export function readJson(folder: string, name: string): JsonObject | undefined {
  const file = path.join(folder, name);
  if (!existsSync(file)) return undefined;
  const fail = (got: string): HoplineError =>
    new HoplineError('MODEL_CONFIG_INVALID', `${name} must be a JSON object, got ${got}`, {
      hint: 'the file may be cut off: copy it again',
    });
  let value: unknown;
  try {
    value = JSON.parse(withoutInfinity(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw fail(`an error: ${(cause as Error).message.slice(0, 200)}`);
  }
  if (Array.isArray(value)) throw fail('a list');
  if (typeof value !== 'object' || value === null) throw fail(String(value).slice(0, 80));
  return value as JsonObject;
}

/** Infinity as a number too large for a double, NaN as null; texts stay as they are. */
const withoutInfinity = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
    found.startsWith('"') ? found : found === 'NaN' ? 'null' : found.replace('Infinity', '1e999'),
  );
