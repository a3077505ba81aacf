import { join, resolve } from 'node:path';
import { type Db, databaseTime, registerModel as storeModel } from '../lineage/index.ts';
import { type Digest, digestJson } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { ModelAdapter } from '../plan/model-adapter.ts';
import type { Store } from '../store/store.ts';
import { checkModelFiles } from './check-model-files.ts';
import { findAdapter } from './find-adapter.ts';
import { readModelCard } from './model-card.ts';
import { readModelFolder } from './read-model-folder.ts';

export interface ModelRegistration {
  /** What runs call it. */
  name: string;
  /** The model folder. */
  from: string;
  /** Default: what its model.json says, or the `kind` in the header of its safetensors file. */
  adapter?: string;
  /** Where it came from, in words. Default: model.json's `source`, else the folder. */
  source?: string;
}

export interface RegisteredModel {
  name: string;
  digest: Digest;
  adapter: string;
  files: number;
  /** Bytes, all files. */
  size: number;
  /** False when this version was registered before. */
  created: boolean;
}

/** Looks whether the files of a folder are what its adapter can open, puts them into the store and registers them under one digest: that of the sorted (path, digest) pairs.
 *  `model.json` and Markdown files describe the model; they are not part of it.
 *  @throws MODEL_NAME_INVALID, MODEL_FOLDER_MISSING, MODEL_EMPTY, MODEL_FILE_INVALID, MODEL_FILE_UNSAFE, MODEL_CARD_INVALID,
 *  MODEL_ADAPTER_MISSING, MODEL_ADAPTER_UNKNOWN, MODEL_ADAPTER_AMBIGUOUS, and what the adapter finds */
export async function registerModel(
  { db, store, adapters }: { db: Db; store: Store; adapters: ReadonlyMap<string, ModelAdapter> },
  { name, from, adapter: given, source }: ModelRegistration,
): Promise<RegisteredModel> {
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) {
    throw new HoplineError('MODEL_NAME_INVALID', `model.name must be letters, digits, dots, dashes, got ${JSON.stringify(name)}`);
  }
  const folder = resolve(from);
  const model = await readModelFolder(folder);
  const paths = model.files;
  const card = await readModelCard(folder);
  const adapter = await findAdapter({ name, folder: model, adapters, given: given ?? card.adapter });
  await checkModelFiles(model);
  await adapter.check?.(model);
  const since = await databaseTime(db);
  const files: Record<string, Digest> = {};
  let size = 0;
  for (const path of paths) {
    const artifact = await store.putFile(join(folder, path), 'application/octet-stream');
    files[path] = artifact.digest;
    size += artifact.size;
  }
  const digest = digestJson(files);
  const licence = card.license ?? card.licence;
  const { created } = await storeModel(db, {
    name,
    digest,
    adapter: adapter.name,
    files,
    size,
    since,
    source: source ?? card.source ?? folder,
    ...(licence ? { licence } : {}),
  });
  return { name, digest, adapter: adapter.name, files: paths.length, size, created };
}
