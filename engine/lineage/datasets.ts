import type { DatasetRowInfo } from '../plan/define-step.ts';
import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Tx } from './db.ts';

export interface DatasetInfo {
  id: number;
  name: string;
  digest: Digest;
  reader: string;
  params: JsonObject;
  rows: number;
  registeredAt: Date;
}

export interface StoredDatasetRow extends DatasetRowInfo {
  textKey: Digest | null;
  imageKey: Digest | null;
}

export const DATASET_COLUMNS = 'id, name, digest, reader, params, rows, registered_at AS "registeredAt"';

/** The latest of the name. @throws DATASET_MISSING */
export async function findDataset(db: Tx, name: string): Promise<DatasetInfo> {
  const [dataset] = await db.query<DatasetInfo>(
    `SELECT ${DATASET_COLUMNS} FROM dataset WHERE name = $1 ORDER BY registered_at DESC, id DESC LIMIT 1`,
    [name],
  );
  if (dataset) return dataset;
  const known = (await listDatasets(db)).map((other) => other.name);
  throw new HoplineError('DATASET_MISSING', `dataset "${name}" must be registered, got: ${known.join(', ') || 'none'}`, {
    hint: `hopline data add ${name} --reader READER --from DIR`,
  });
}

/** In the order of rows. */
export function datasetRows(db: Tx, datasetId: number): Promise<StoredDatasetRow[]> {
  return db.query(
    `SELECT r.index, r.row_id AS id, r.part, r."group", coalesce(t.key, i.key) AS key, r.meta, t.key AS "textKey", i.key AS "imageKey"
       FROM dataset_row r LEFT JOIN sample t ON t.id = r.text_sample_id LEFT JOIN sample i ON i.id = r.image_sample_id
      WHERE r.dataset_id = $1 ORDER BY r.index`,
    [datasetId],
  );
}

/** The latest of each name, by name. */
export function listDatasets(db: Tx): Promise<DatasetInfo[]> {
  return db.query(`SELECT DISTINCT ON (name) ${DATASET_COLUMNS} FROM dataset ORDER BY name, registered_at DESC, id DESC`);
}
