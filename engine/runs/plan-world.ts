import { codeDigest } from '../compute/code-digest.ts';
import { type Db, datasetRows, findDataset, findModel } from '../lineage/index.ts';
import type { PlanSources } from '../plan/plan-basis.ts';

/** Datasets and models as the database has them; code as it is on this machine. */
export function planWorld(db: Db): PlanSources {
  return {
    async dataset(name) {
      const dataset = await findDataset(db, name);
      return { name, digest: dataset.digest, rows: () => datasetRows(db, dataset.id) };
    },
    async model(name) {
      return { name, digest: (await findModel(db, name)).digest };
    },
    codeDigest: (step) => codeDigest(step),
  };
}
