import { type Db, databaseTime, type NewDatasetRow, registerDataset as storeDataset } from '../lineage/index.ts';
import { type Digest, digestJson, digestSet } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Reader } from '../plan/project.ts';
import type { Store } from '../store/store.ts';
import { checkDatasetRow } from './check-dataset-row.ts';
import { RootSampleWriter } from './root-sample-writer.ts';

export interface DatasetRegistration {
  /** What runs call it. A changed dataset under the same name becomes its new version. */
  name: string;
  reader: Reader;
  /** Folder of the published files; readers that make their rows need none. */
  from?: string;
  /** The reader's own. */
  params?: JsonObject;
  /** For readers that draw random numbers. Default 0. */
  seed?: number;
  /** Told after every page, with the rows so far. */
  onRows?: (rows: number) => void;
}

export interface RegisteredDataset {
  name: string;
  digest: Digest;
  rows: number;
  /** Rows by part; rows that the dataset doesn't assign count as `unassigned`. */
  parts: Record<string, number>;
  /** False when this version was registered before. */
  created: boolean;
}

/** Reads a dataset to its end, writes its texts and pictures as Parquet shards and registers it in one transaction: a dataset that breaks
 *  in the middle is not registered at all.
 *  @throws DATASET_NAME_INVALID, DATASET_EMPTY, DATASET_ROW_INVALID, DATASET_DUPLICATE_ROWS, DATASET_TEXT_TOO_LONG, DATASET_PICTURE_INVALID,
 *  and whatever the reader says */
export async function registerDataset(
  { db, store }: { db: Db; store: Store },
  registration: DatasetRegistration,
): Promise<RegisteredDataset> {
  const { name, reader, from, params = {}, seed = 0, onRows } = registration;
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) {
    throw new HoplineError(
      'DATASET_NAME_INVALID',
      `dataset.name must be letters, digits, dots, dashes, got ${JSON.stringify(name)}`,
    );
  }
  const since = await databaseTime(db);
  const writer = new RootSampleWriter(store);
  const seen = new Map<string, string>();
  const rows: NewDatasetRow[] = [];
  const parts: Record<string, number> = {};
  for await (const row of reader.read({ params, seed, ...(from === undefined ? {} : { from }) })) {
    const index = rows.length;
    checkDatasetRow(row, index);
    const added = { index, id: row.id, part: row.part ?? null, group: row.group, meta: row.meta, ...(await writer.add(row)) };
    assertNew(seen, row.id, `id ${row.id}`);
    assertNew(seen, `${added.text?.key ?? ''} ${added.image?.key ?? ''}`, `row ${row.id}`);
    rows.push(added);
    parts[row.part ?? 'unassigned'] = (parts[row.part ?? 'unassigned'] ?? 0) + 1;
    if (rows.length % 1_000 === 0) onRows?.(rows.length);
  }
  if (rows.length === 0)
    throw new HoplineError('DATASET_EMPTY', `dataset "${name}" must have rows, got none from reader ${reader.name}`);
  const artifacts = await writer.finish();
  const digest = datasetDigest(rows);
  const stored = { name, reader: reader.name, params: { ...params, seed }, digest, rows, artifacts, since };
  const { created } = await storeDataset(db, stored);
  return { name, digest, rows: rows.length, parts, created };
}

/** What a dataset is: its rows, in no order. */
export function datasetDigest(rows: readonly NewDatasetRow[]): Digest {
  return digestSet(
    rows.map(({ id, part, group, meta, text, image }) =>
      digestJson({ id, part, group, meta, text: text?.key ?? null, image: image?.key ?? null }),
    ),
  );
}

function assertNew(seen: Map<string, string>, what: string, name: string): void {
  const first = seen.get(what);
  if (first !== undefined) {
    throw new HoplineError('DATASET_DUPLICATE_ROWS', `dataset rows must differ, got the same twice: ${first} and ${name}`, {
      hint: 'remove one of the two',
    });
  }
  seen.set(what, name);
}
