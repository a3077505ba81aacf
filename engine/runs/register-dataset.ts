import { type Db, databaseTime, type NewDatasetRow, type RootSample, registerDataset as storeDataset } from '../lineage/index.ts';
import { type Digest, digestJson, sha256 } from '../plan/digest.ts';
import { DigestIndex } from '../plan/digest-index.ts';
import { DigestSet } from '../plan/digest-set.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Reader } from '../plan/project.ts';
import type { Store } from '../store/store.ts';
import { checkDatasetRow } from './check-dataset-row.ts';
import { DatasetSpool } from './dataset-spool.ts';
import { RootSampleWriter, type WrittenSample } from './root-sample-writer.ts';

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

/** Rows that one statement stores. */
const ROWS_A_PAGE = 5_000;

/** A row between the reader and the database. */
interface SpooledRow extends Omit<NewDatasetRow, 'text' | 'image'> {
  /** The text's own, which the sample keeps. */
  words?: string;
  text?: WrittenSample;
  image?: WrittenSample;
}

/** Reads a dataset to its end, writes its texts and pictures as Parquet shards and registers it in one transaction: a dataset that breaks
 *  in the middle is not registered at all. Holds a page of rows, and about 75 bytes of each row to know it again; the rest waits in a
 *  temporary file.
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
  const spool = new DatasetSpool<SpooledRow>();
  const digests = new DigestSet();
  const different = new DifferentRows(spool);
  const parts: Record<string, number> = {};
  try {
    let count = 0;
    for await (const row of reader.read({ params, seed, ...(from === undefined ? {} : { from }) })) {
      checkDatasetRow(row, count);
      const { id, part = null, group, meta, text: words } = row;
      const samples = await writer.add(row);
      different.add(id, samples);
      digests.addHex(rowDigest({ id, part, group, meta, ...samples }));
      spool.add({ index: count, id, part, group, meta, ...(words === undefined ? {} : { words }), ...samples });
      parts[part ?? 'unassigned'] = (parts[part ?? 'unassigned'] ?? 0) + 1;
      if (++count % 1_000 === 0) onRows?.(count);
    }
    if (count === 0)
      throw new HoplineError('DATASET_EMPTY', `dataset "${name}" must have rows, got none from reader ${reader.name}`);
    const artifacts = await writer.finish();
    const digest = digests.digest();
    const { created } = await storeDataset(db, {
      name,
      reader: reader.name,
      params: { ...params, seed },
      digest,
      rows: count,
      pages: () => storedRows(spool, writer),
      artifacts,
      since,
    });
    return { name, digest, rows: count, parts, created };
  } finally {
    digests.close();
    spool.close();
  }
}

/** A dataset is the set of the digests of its rows, in no order. */
const rowDigest = ({ id, part, group, meta, text, image }: Omit<SpooledRow, 'index'>): Digest =>
  digestJson({ id, part, group, meta, text: text?.key ?? null, image: image?.key ?? null });

function* storedRows(spool: DatasetSpool<SpooledRow>, writer: RootSampleWriter): Generator<NewDatasetRow[]> {
  const placed = ({ key, bytes, number }: WrittenSample): RootSample => ({ key, bytes, ...writer.place(number) });
  for (const page of spool.pages(ROWS_A_PAGE)) {
    yield page.map(({ words, text, image, ...row }) => ({
      ...row,
      ...(text ? { text: { ...placed(text), text: words!, meta: row.meta } } : {}),
      ...(image ? { image: placed(image) } : {}),
    }));
  }
}

/** Refuses a row that was there before, by its id or by its contents. */
class DifferentRows {
  private readonly ids = new DigestIndex();
  private readonly contents = new DigestIndex();
  private readonly before: DatasetSpool<SpooledRow>;

  /** `before`: the rows so far. */
  constructor(before: DatasetSpool<SpooledRow>) {
    this.before = before;
  }

  add(id: string, { text, image }: Pick<SpooledRow, 'text' | 'image'>): void {
    if (!this.ids.add(sha256(id)).isNew) throw sameTwice(`id ${id}`, `id ${id}`);
    const { number, isNew } = this.contents.add(sha256(`${text?.key ?? ''} ${image?.key ?? ''}`));
    if (!isNew) throw sameTwice(`row ${this.idOf(number)}`, `row ${id}`);
  }

  private idOf(index: number): string {
    for (const page of this.before.pages(ROWS_A_PAGE)) for (const row of page) if (row.index === index) return row.id;
    throw new TypeError(`row ${index} was not spooled`);
  }
}

const sameTwice = (first: string, second: string): HoplineError =>
  new HoplineError('DATASET_DUPLICATE_ROWS', `dataset rows must differ, got the same twice: ${first} and ${second}`, {
    hint: 'remove one of the two',
  });
