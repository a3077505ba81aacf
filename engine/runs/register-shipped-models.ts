import { findModel, type ModelInfo } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import { type RegisteredModel, registerModel } from './register-model.ts';
import type { RunServices } from './services.ts';

/** The source of models that ship with the project: what tells them from a user's own. */
const SHIPPED = 'ships with the project';

/** Registers the models that ship with the project, so that its pipelines run without a word about them. A model of the same name that
 *  a user has registered from elsewhere stays the latest. @returns those that stand registered now */
export async function registerShippedModels({
  db,
  store,
  project,
}: Pick<RunServices, 'db' | 'store' | 'project'>): Promise<RegisteredModel[]> {
  const registered: RegisteredModel[] = [];
  for (const { name, adapter, folder } of project.models) {
    const latest = await latestModel(db, name);
    if (latest && latest.source !== SHIPPED) continue;
    registered.push(
      await registerModel({ db, store, adapters: project.adapters }, { name, adapter, from: folder, source: SHIPPED }),
    );
  }
  return registered;
}

async function latestModel(db: RunServices['db'], name: string): Promise<ModelInfo | null> {
  try {
    return await findModel(db, name);
  } catch (error) {
    if (error instanceof HoplineError && error.code === 'MODEL_MISSING') return null;
    throw error;
  }
}
