import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../engine/plan/json.ts';
import type { Reader } from '../../engine/plan/project.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { registerModel } from '../../engine/runs/register-model.ts';

/** The run that faults strike. */
export interface Work {
  name: string;
  /** Folder of its `hopline.config.ts`. */
  project: string;
  pipeline: string;
  params: Record<string, Json>;
  /** Registers data and models in the home that all others are copied from. */
  furnish(services: RunServices): Promise<void>;
}

const house = fileURLToPath(new URL('../../', import.meta.url));

const lines: Reader = {
  name: 'lines',
  description: 'lines of the fault programme',
  async *read() {
    for (let index = 0; index < 24; index++) yield { id: `${index}`, group: `${index}`, text: `text number ${index}`, meta: {} };
  },
};

export const WORKS: Record<string, Work> = {
  /** The demo's pipeline in its smallest size: two hops, teacher folds, scores, selections, students, evaluations. 12 s undisturbed. */
  mi2rage: {
    name: 'mi2rage',
    project: house,
    pipeline: 'mi2rage',
    params: { profile: 'tiny' },
    async furnish(services) {
      const { readers, adapters, models } = services.project;
      await registerDataset(services, { name: 'scenes', reader: readers.get('scenes')! });
      for (const model of models) await registerModel({ ...services, adapters }, { ...model, from: model.folder });
    },
  },
  /** Every kind of node, computing next to nothing. 4 s undisturbed. */
  toy: {
    name: 'toy',
    project: join(house, 'test/toy-project'),
    pipeline: 'toy',
    params: { milliseconds: 150, epochs: 4 },
    async furnish(services) {
      await registerDataset(services, { name: 'toy', reader: lines });
    },
  },
};
