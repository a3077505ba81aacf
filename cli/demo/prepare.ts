import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { registerShippedModels } from '../../engine/runs/register-shipped-models.ts';

/** What the demo needs: the dataset `scenes` and the models that ship. Registering what is there already changes nothing. */
export async function prepareDemo({ db, store, project }: RunServices, note: (line: string) => void): Promise<void> {
  const reader = project.readers.get('scenes');
  if (!reader) throw new HoplineError('READER_UNKNOWN', 'the project must have the reader scenes, got none of that name');
  const dataset = await registerDataset({ db, store }, { name: 'scenes', reader });
  note(`dataset scenes: ${dataset.rows} rows, ${dataset.digest.slice(0, 12)}${dataset.created ? ', registered' : ''}`);
  for (const model of await registerShippedModels({ db, store, project })) {
    const size = `${(model.size / 1e6).toFixed(1)} MB`;
    note(`model ${model.name}: ${size}, ${model.digest.slice(0, 12)}${model.created ? ', registered' : ''}`);
  }
}
