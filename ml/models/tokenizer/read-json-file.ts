import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TokenizerError } from './tokenizer-error.ts';

export type JsonObject = Record<string, unknown>;

/** The JSON object in a file of the folder, or null where there is no such file. @throws TOKENIZER_INVALID */
export async function readJsonFile(folder: string, name: string): Promise<JsonObject | null> {
  const text = await readTextFile(folder, name);
  if (text === null) return null;
  const value = parse(text, name);
  if (isObject(value)) return value;
  throw new TokenizerError('TOKENIZER_INVALID', `tokenizer.${name} must hold a JSON object, got ${typeof value}`);
}

/** The text of a file of the folder, or null where there is no such file. */
export async function readTextFile(folder: string, name: string): Promise<string | null> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new TokenizerError('TOKENIZER_INVALID', `tokenizer.${name} must be readable, got ${(cause as Error).message}`);
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError(
      'TOKENIZER_INVALID',
      `tokenizer.${name} must be JSON, got an error: ${(cause as Error).message.slice(0, 200)}`,
      'copy the file again: it may be cut off',
    );
  }
}
