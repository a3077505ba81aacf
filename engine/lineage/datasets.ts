import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import { bytea } from './column-values.ts';
import { DatasetRow, type RowPage, type StoredDatasetRow } from './dataset-row.ts';
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

export const DATASET_COLUMNS = 'id, name, digest, reader, params, rows, registered_at AS "registeredAt"';

/** The latest of the name, or the version with this digest. @throws DATASET_MISSING */
export async function findDataset(db: Tx, name: string, digest?: Digest): Promise<DatasetInfo> {
  const [dataset] = await db.query<DatasetInfo>(
    `SELECT ${DATASET_COLUMNS} FROM dataset WHERE name = $1 AND ($2::bytea IS NULL OR digest = $2)
      ORDER BY registered_at DESC, id DESC LIMIT 1`,
    [name, bytea(digest)],
  );
  if (dataset) return dataset;
  const known = (await listDatasets(db)).map((other) => other.name);
  throw new HoplineError('DATASET_MISSING', `dataset "${name}" must be registered, got: ${known.join(', ') || 'none'}`, {
    hint: `hopline data add ${name} --reader READER --from DIR`,
    // A version that is asked for can't be what ships.
    ...(digest ? {} : { details: { name } }),
  });
}

interface FoundRow {
  index: number;
  id: string;
  part: string | null;
  group: string;
  meta: string | null;
  textKey: Digest | null;
  imageKey: Digest | null;
}

const ROWS = 10_000;

/** In the order of rows. Read page by page; what comes back holds 150 bytes a row. */
export async function datasetRows(db: Tx, datasetId: number): Promise<StoredDatasetRow[]> {
  const rows: StoredDatasetRow[] = [];
  for (let after = -1; ; ) {
    const found = await db.query<FoundRow>(
      `SELECT r.index, r.row_id AS id, r.part, r."group", nullif(r.meta, '{}')::text AS meta, t.key AS "textKey", i.key AS "imageKey"
         FROM (SELECT * FROM dataset_row WHERE dataset_id = $1 AND index > $2 ORDER BY index LIMIT ${ROWS}) r
         LEFT JOIN sample t ON t.id = r.text_sample_id LEFT JOIN sample i ON i.id = r.image_sample_id
        ORDER BY r.index`,
      [datasetId, after],
    );
    const page = pageOf(found);
    for (const [place, { index }] of found.entries()) rows.push(new DatasetRow(page, place, index));
    if (found.length < ROWS) return rows;
    after = found.at(-1)!.index;
  }
}

function pageOf(found: readonly FoundRow[]): RowPage {
  const groups = new Map<string, string>();
  const once = <T extends string | null | undefined>(text: T): T => {
    if (typeof text !== 'string') return text;
    const known = groups.get(text) ?? text;
    groups.set(text, known);
    return known as T;
  };
  const keys = Buffer.alloc(found.length * 64);
  for (const [place, { textKey, imageKey }] of found.entries()) {
    if (textKey) keys.write(textKey, place * 64, 32, 'hex');
    if (imageKey) keys.write(imageKey, place * 64 + 32, 32, 'hex');
  }
  return {
    ids: found.map((row) => once(row.id)),
    parts: found.map((row) => once(row.part)),
    groups: found.map((row) => once(row.group)),
    metas: found.map((row) => once(row.meta ?? undefined)),
    keys,
    hasText: Uint8Array.from(found, (row) => (row.textKey ? 1 : 0)),
    hasImage: Uint8Array.from(found, (row) => (row.imageKey ? 1 : 0)),
  };
}

/** The latest of each name, by name. */
export function listDatasets(db: Tx): Promise<DatasetInfo[]> {
  return db.query(`SELECT DISTINCT ON (name) ${DATASET_COLUMNS} FROM dataset ORDER BY name, registered_at DESC, id DESC`);
}
