import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HoplineError } from '../../../../engine/plan/errors.ts';

export type ModelJson = Readonly<Record<string, unknown>>;

/** A JSON object of a model folder; {} where the file isn't there. @throws HoplineError MODEL_FILE_INVALID */
export async function readModelJson(folder: string, name: string): Promise<ModelJson> {
  let text: string;
  try {
    text = await readFile(path.join(folder, name), 'utf8');
  } catch {
    return {};
  }
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ModelJson;
  throw new HoplineError('MODEL_FILE_INVALID', `${name} must hold a JSON object, got ${JSON.stringify(text.slice(0, 40))}`);
}

/** An object within; {} where there is none. */
export function sectionOf(json: ModelJson, name: string): ModelJson {
  const value = json[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ModelJson) : {};
}

/** The first of the values that is a whole number. @throws HoplineError MODEL_CONFIG_INVALID that says what is missing */
export function wholeNumber(where: string, ...values: unknown[]): number {
  const found = values.find((value) => Number.isInteger(value));
  if (found !== undefined) return found as number;
  throw new HoplineError('MODEL_CONFIG_INVALID', `${where} must be a whole number, got ${JSON.stringify(values[0] ?? null)}`, {
    hint: 'copy config.json and generation_config.json from the same export as the model',
  });
}

/** One id or several. */
export const idList = (value: unknown): number[] => (Array.isArray(value) ? value : [value]).filter((id) => Number.isInteger(id));

/** Sections laid over each other: later ones win, a null does not. */
export function mergedJson(...sections: ModelJson[]): ModelJson {
  return Object.fromEntries(sections.flatMap((section) => Object.entries(section).filter(([, value]) => value !== null)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
