import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { DatasetError } from './row-error.ts';

export interface JsonLine<T> {
  value: T;
  /** `dev.json:37`: for error messages. */
  where: string;
}

/** One JSON value a line, checked; empty lines are skipped.
 *  @throws DATASET_FOLDER_MISSING, or DATASET_ROW_INVALID with the line number */
export async function readJsonLines<S extends z.ZodType>(
  folder: string | undefined,
  file: string,
  schema: S,
): Promise<JsonLine<z.output<S>>[]> {
  const text = await readText(folder, file);
  const rows: JsonLine<z.output<S>>[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    rows.push({ value: parseLine(line, `${file}:${index + 1}`, schema), where: `${file}:${index + 1}` });
  }
  if (rows.length === 0) throw new DatasetError('DATASET_ROW_INVALID', file, 'must have at least one row', text.slice(0, 20));
  return rows;
}

async function readText(folder: string | undefined, file: string): Promise<string> {
  if (!folder)
    throw new DatasetError(
      'DATASET_FOLDER_MISSING',
      'data.from',
      'must name the folder of the published files',
      null,
      'hopline data add NAME --reader READER --from DIR',
    );
  try {
    return await readFile(path.join(folder, file), 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new DatasetError(
      'DATASET_FOLDER_MISSING',
      'data.from',
      `must hold a readable ${file}`,
      `${folder} (${reason})`,
      'hopline data add NAME --reader READER --from DIR',
    );
  }
}

function parseLine<S extends z.ZodType>(line: string, where: string, schema: S): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    throw new DatasetError(
      'DATASET_ROW_INVALID',
      where,
      `must be one JSON object (${(cause as Error).message.slice(0, 60)})`,
      line,
      'mend or remove the line',
    );
  }
  const checked = schema.safeParse(json);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new DatasetError(
    'DATASET_ROW_INVALID',
    field ? `${where}.${field}` : where,
    `is not valid (${issue?.message ?? 'unknown'})`,
    valueAt(json, issue?.path ?? []),
    'mend or remove the line',
  );
}

const valueAt = (json: unknown, keys: readonly PropertyKey[]): unknown =>
  keys.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], json) ?? null;
