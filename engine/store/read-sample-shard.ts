import type { Digest } from '../plan/digest.ts';
import type { ParentRef } from '../plan/keys.ts';
import { readParquet } from './parquet-file.ts';
import type { SampleColumn, SampleRow } from './sample-row.ts';
import type { Store } from './store.ts';

/** The names of the columns in the file. */
const fileColumns: Record<SampleColumn, string> = {
  key: 'key',
  contentDigest: 'content_digest',
  medium: 'medium',
  text: 'text',
  image: 'image',
  features: 'features',
  meta: 'meta',
  chain: 'chain',
  depth: 'depth',
  hop: 'hop',
  rootKey: 'root_key',
  seed: 'seed',
  parents: 'parents',
};

/** Rows of a sample shard, in the order of `rows` (default: all), with the named columns only (default: all).
 *  @throws OBJECT_MISSING, OBJECT_CORRUPT */
export async function readSampleRows<C extends SampleColumn = SampleColumn>(
  store: Store,
  digest: Digest,
  rows?: readonly number[],
  columns: readonly C[] = Object.keys(fileColumns) as C[],
): Promise<Pick<SampleRow, C>[]> {
  return decodeSampleShard(await store.get(digest), rows, columns);
}

/** The same from a shard's bytes. */
export async function decodeSampleShard<C extends SampleColumn>(
  bytes: Uint8Array,
  rows: readonly number[] | undefined,
  columns: readonly C[],
): Promise<Pick<SampleRow, C>[]> {
  const records = await readParquet(
    bytes,
    columns.map((column) => fileColumns[column]),
  );
  const picked = rows ? rows.map((row) => recordAt(records, row)) : records;
  return picked.map((record) => {
    const row = columns.map((column) => [column, decode(column, record[fileColumns[column]])] as const);
    return Object.fromEntries(row) as Pick<SampleRow, C>;
  });
}

function recordAt(records: Record<string, unknown>[], row: number): Record<string, unknown> {
  const record = records[row];
  if (!record) throw new RangeError(`shard.row must be below ${records.length}, got ${row}`);
  return record;
}

function decode(column: SampleColumn, value: unknown): unknown {
  if (column === 'image') return (value as { bytes?: Uint8Array } | null)?.bytes ?? null;
  if (column === 'features') return value ? Float32Array.from(value as number[]) : null;
  if (column === 'parents') return JSON.parse(value as string) as ParentRef[];
  return value ?? null;
}
