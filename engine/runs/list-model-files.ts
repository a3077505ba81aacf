import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { HoplineError } from '../plan/errors.ts';

/** The files that make up a model, sorted, as paths with slashes inside its folder. Hidden files, `model.json` and Markdown are left out.
 *  @throws MODEL_FOLDER_MISSING, MODEL_FILE_INVALID (a link or device), MODEL_EMPTY */
export async function listModelFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new HoplineError('MODEL_FOLDER_MISSING', `model.from must be a readable folder, got ${folder} (${error.code})`);
  });
  const paths: string[] = [];
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (
      entry.isDirectory() ||
      path.split('/').some((part) => part.startsWith('.')) ||
      path === 'model.json' ||
      path.endsWith('.md')
    )
      continue;
    if (!entry.isFile())
      throw new HoplineError('MODEL_FILE_INVALID', `model.${path} must be a plain file, got a link or device`, {
        hint: 'copy the file into the folder',
      });
    paths.push(path);
  }
  if (paths.length === 0) throw new HoplineError('MODEL_EMPTY', `model.from must hold the model's files, got none in ${folder}`);
  return paths.sort();
}
