import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { registerModel } from '../../engine/runs/register-model.ts';

/** What the demo needs: the dataset `scenes` and the models that ship. Registering what is there already changes nothing. */
export async function prepareDemo({ db, store, project }: RunServices, note: (line: string) => void): Promise<void> {
  const reader = project.readers.get('scenes');
  if (!reader) throw new HoplineError('READER_UNKNOWN', 'the project must have the reader scenes, got none of that name');
  const dataset = await registerDataset({ db, store }, { name: 'scenes', reader });
  note(`dataset scenes: ${dataset.rows} rows, ${dataset.digest.slice(0, 12)}${dataset.created ? ', registered' : ''}`);
  for (const { name, adapter, folder } of project.models) {
    const model = await registerModel(
      { db, store, adapters: project.adapters },
      { name, adapter, from: folder, source: 'ships with Hopline' },
    );
    note(
      `model ${name}: ${(model.size / 1e6).toFixed(1)} MB, ${model.digest.slice(0, 12)}${model.created ? ', registered' : ''}`,
    );
  }
}
