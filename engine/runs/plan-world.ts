import { codeDigest } from '../compute/code-digest.ts';
import {
  type Db,
  datasetRows,
  findDataset,
  findModel,
  findRetraction,
  type Pins,
  type RetractionRow,
  retractedSamples,
} from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { PlanSources } from '../plan/plan-basis.ts';

/** For whom is planned. */
export interface PlanningFor {
  /** Whose retractions count, beside those for all. Default `default`. */
  project?: string;
  /** Versions to use instead of the latest of a name. */
  pins?: Pins | null;
}

/** Datasets and models as the database has them, without what is retracted; code as it is on this machine. Asking for a dataset or a model that
 *  is retracted throws DATASET_RETRACTED or MODEL_RETRACTED. */
export function planWorld(db: Db, { project = 'default', pins }: PlanningFor = {}): PlanSources {
  return {
    async dataset(name) {
      const pin = pins?.datasets?.[name];
      const dataset = await findDataset(db, pin?.name ?? name, pin?.digest);
      const mark = await findRetraction(db, 'dataset', dataset.digest, project);
      if (mark) throw retracted('dataset', dataset.name, mark);
      return { name: dataset.name, digest: dataset.digest, rows: () => datasetRows(db, dataset.id) };
    },
    async model(name) {
      const pin = pins?.models?.[name];
      const model = await findModel(db, pin?.name ?? name, pin?.digest);
      const mark = await findRetraction(db, 'model', model.digest, project);
      if (mark) throw retracted('model', model.name, mark);
      return { name, digest: model.digest };
    },
    retracted: () => retractedSamples(db, project),
    codeDigest: (step) => codeDigest(step),
  };
}

function retracted(kind: 'dataset' | 'model', name: string, { key, reason }: RetractionRow): HoplineError {
  const command = kind === 'dataset' ? `hopline data add ${name}` : `hopline models add ${name}`;
  return new HoplineError(
    kind === 'dataset' ? 'DATASET_RETRACTED' : 'MODEL_RETRACTED',
    `${kind} "${name}" must not be retracted, got ${key.slice(0, 12)}, retracted because: ${reason}`,
    { hint: `register another version (${command}), pin one (${kind}s), or withdraw the retraction` },
  );
}
