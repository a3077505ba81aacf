import { HoplineError } from '../plan/errors.ts';
import { registerDataset } from './register-dataset.ts';
import type { RunServices } from './services.ts';

/** Does something that reads datasets. One that ships with the project is registered when it is first asked for, so that a pipeline's
 *  defaults run in a new home; whoever has registered another under its name keeps that.
 *  @throws what `work` throws, and what registering does */
export async function withShippedDatasets<T>(
  { db, store, project }: Pick<RunServices, 'db' | 'store' | 'project'>,
  work: () => Promise<T>,
): Promise<T> {
  const tried = new Set<string>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const name = error instanceof HoplineError && error.code === 'DATASET_MISSING' ? error.details.name : undefined;
      const shipped = project.datasets.find((dataset) => dataset.name === name);
      const reader = project.readers.get(shipped?.reader ?? '');
      if (!shipped || !reader || tried.has(shipped.name)) throw error;
      tried.add(shipped.name);
      await registerDataset({ db, store }, { name: shipped.name, reader });
    }
  }
}
