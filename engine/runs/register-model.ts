import { join, resolve } from 'node:path';
import { type Db, databaseTime, registerModel as storeModel } from '../lineage/index.ts';
import { type Digest, digestJson } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Store } from '../store/store.ts';
import { findAdapter } from './find-adapter.ts';
import { listModelFiles } from './list-model-files.ts';
import { readModelCard } from './model-card.ts';

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

/** Puts the files of a model folder into the store and registers them under one digest: that of the sorted (path, digest) pairs.
 *  `model.json` and Markdown files describe the model; they are not part of it.
 *  @throws MODEL_NAME_INVALID, MODEL_FOLDER_MISSING, MODEL_EMPTY, MODEL_FILE_INVALID, MODEL_CARD_INVALID, MODEL_ADAPTER_MISSING,
 *  MODEL_ADAPTER_UNKNOWN */
export async function registerModel(
  { db, store, adapters }: { db: Db; store: Store; adapters: readonly string[] },
  { name, from, adapter: given, source }: ModelRegistration,
): Promise<RegisteredModel> {
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) {
    throw new HoplineError('MODEL_NAME_INVALID', `model.name must be letters, digits, dots, dashes, got ${JSON.stringify(name)}`);
  }
  const folder = resolve(from);
  const paths = await listModelFiles(folder);
  const card = await readModelCard(folder);
  const adapter = await findAdapter({ name, folder, paths, adapters, given: given ?? card.adapter });
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
    adapter,
    files,
    size,
    since,
    source: source ?? card.source ?? folder,
    ...(licence ? { licence } : {}),
  });
  return { name, digest, adapter, files: paths.length, size, created };
}
