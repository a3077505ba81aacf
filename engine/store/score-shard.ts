import { canonicalJson, type Digest } from '../plan/digest.ts';
import { doubleColumn, readParquet, stringColumn, writeParquet } from './parquet-file.ts';
import type { ScoreRow } from './sample-row.ts';
import type { Store } from './store.ts';

/** The bytes of a Parquet shard of scores. */
export function writeScoreShard(rows: readonly ScoreRow[]): Uint8Array {
  const columns = [
    stringColumn(
      'key',
      rows.map(({ key }) => key),
    ),
    stringColumn(
      'sample_key',
      rows.map(({ sampleKey }) => sampleKey),
    ),
    doubleColumn(
      'loss',
      rows.map(({ loss }) => loss),
    ),
    stringColumn(
      'values',
      rows.map(({ values }) => canonicalJson(values)),
    ),
  ];
  return writeParquet(columns, rows.length);
}

/** Rows of a score shard, in the order of `rows` (default: all).
 *  @throws OBJECT_MISSING, OBJECT_CORRUPT */
export async function readScoreRows(store: Store, digest: Digest, rows?: readonly number[]): Promise<ScoreRow[]> {
  const all = await decodeScoreShard(await store.get(digest));
  return rows ? rows.map((row) => all[row] ?? missing(row, all.length)) : all;
}

/** All rows from a shard's bytes. */
export async function decodeScoreShard(bytes: Uint8Array): Promise<ScoreRow[]> {
  const records = await readParquet(bytes, ['key', 'sample_key', 'loss', 'values']);
  return records.map((record) => ({
    key: record.key as string,
    sampleKey: record.sample_key as string,
    loss: record.loss as number,
    values: JSON.parse(record.values as string) as Record<string, number>,
  }));
}

function missing(row: number, rows: number): never {
  throw new RangeError(`shard.row must be below ${rows}, got ${row}`);
}
