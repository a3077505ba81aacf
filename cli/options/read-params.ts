import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '../../engine/plan/json.ts';
import { UsageError } from '../usage-error.ts';
import { setParams } from './set-params.ts';

/** The params of a run: `--params FILE` (JSON object), then every `--set` in order. @throws UsageError naming the file and the place. */
export async function readParams(cwd: string, options: { params?: string; set: readonly string[] }): Promise<JsonObject> {
  return setParams(
    options.params === undefined ? {} : await readParamsFile(resolve(cwd, options.params), options.params),
    options.set,
  );
}

async function readParamsFile(path: string, given: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--params must be a readable file, got ${given} (${error.code})`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--params ${given} must be JSON, got: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(
      `--params ${given} must hold a JSON object, got ${Array.isArray(value) ? 'an array' : JSON.stringify(value)}`,
    );
  }
  return value as JsonObject;
}
