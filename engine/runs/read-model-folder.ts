import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFolder } from '../plan/model-adapter.ts';
import { listModelFiles } from './list-model-files.ts';

/** @throws MODEL_FOLDER_MISSING, MODEL_FILE_INVALID, MODEL_EMPTY */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const files = await listModelFiles(path);
  return {
    path,
    files,
    async json(file) {
      if (!files.includes(file)) return undefined;
      try {
        return JSON.parse(await readFile(join(path, file), 'utf8'));
      } catch {
        return undefined;
      }
    },
  };
}
