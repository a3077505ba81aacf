import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestJson, sha256 } from '../../engine/plan/digest.ts';
import type { ModelFiles } from '../../engine/plan/step-io.ts';
import { MODEL_FILE, shippedModels, tinyKinds } from '../../ml/models/index.ts';
import { modelFiles, untrainedModels } from '../../pipelines/mi2rage/testing/untrained-models.ts';

/** A folder with a folder a model, named as its adapter: the weights that ship, else some that have learned nothing (the same work). */
export async function writeModelFolders(folder: string): Promise<'shipped' | 'untrained'> {
  const shipped =
    shippedModels.length === tinyKinds.length ||
    ['tiny-t2i', 'tiny-captioner', 'tiny-mini-clip'].every((name) => shippedModels.some((model) => model.name === name));
  const models = shipped
    ? shippedModels.map(({ name, folder: from }) => modelFiles(name, readFileSync(join(from, MODEL_FILE))))
    : Object.values(await untrainedModels());
  for (const { name, read } of models) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, MODEL_FILE), await read(MODEL_FILE));
  }
  return shipped ? 'shipped' : 'untrained';
}

export const modelNames = (folder: string): string[] => readdirSync(folder).sort();

/** With the digests that the engine gives them: keys depend on them, and a random choice among samples goes by key. */
export function readModelFolders(folder: string): Record<string, ModelFiles> {
  const read = (name: string): ModelFiles => {
    const bytes = readFileSync(join(folder, name, MODEL_FILE));
    return { ...modelFiles(name, bytes), digest: digestJson({ [MODEL_FILE]: sha256(bytes) }) };
  };
  return Object.fromEntries(modelNames(folder).map((name) => [name, read(name)]));
}
