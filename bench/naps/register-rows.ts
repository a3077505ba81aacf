import { registerDataset } from '../../engine/runs/register-dataset.ts';
import type { RunServices } from '../../engine/runs/services.ts';

/** A dataset of so many short texts, under its own name. */
export async function registerRows(services: RunServices, name: string, count: number): Promise<void> {
  const reader = {
    name: 'numbers',
    description: 'numbers as texts',
    async *read() {
      for (let index = 0; index < count; index++)
        yield { id: `row-${index}`, group: `row-${index}`, text: `${name} ${index}`, meta: {} };
    },
  };
  await registerDataset(services, { name, reader });
}
