import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { SampleValue, ScoreValue } from '../plan/step-io.ts';
import type { RowRef, ScoreRef } from './order.ts';
import type { ShardReader, StoredSample } from './shard-reader.ts';

/** An array of rows, or columns of them. */
interface Rows<R> {
  readonly length: number;
  at(index: number): R | undefined;
}

/** Shards in flight at a time. */
const CONCURRENCY = 8;

/** The samples that the refs name, in their order. */
export async function readSamples(shards: ShardReader, refs: Rows<RowRef>): Promise<SampleValue[]> {
  return readRows(refs, (digest) => shards.samples(digest), sampleValue);
}

/** The scores that the refs name, in their order. */
export async function readScores(shards: ShardReader, refs: Rows<ScoreRef>): Promise<ScoreValue[]> {
  return readRows(
    refs,
    (digest) => shards.scores(digest),
    ({ sampleKey, rootKey, chain, depth, hop }, { loss, values }) => ({ sampleKey, rootKey, chain, depth, hop, loss, values }),
  );
}

/** A sample without its bytes: what a role declared `load: false` receives. */
export function coordinatesOnly({ key, rootKey, chain, depth, hop }: Omit<RowRef, 'artifact'>): SampleValue {
  return { key, rootKey, chain, depth, hop, meta: {} };
}

function sampleValue(ref: RowRef, { text, image, features, meta }: StoredSample): SampleValue {
  const payload = text !== null ? { text } : image ? { image } : features ? { features } : {};
  return { ...coordinatesOnly(ref), ...payload, meta };
}

async function readRows<R extends RowRef, S extends { key: Digest }, V>(
  refs: Rows<R>,
  open: (digest: Digest) => Promise<S[]>,
  value: (ref: R, row: S) => V,
): Promise<V[]> {
  const values = new Array<V>(refs.length);
  const positions = new Map<Digest, number[]>();
  for (let position = 0; position < refs.length; position++) {
    const { artifact } = refs.at(position)!;
    const known = positions.get(artifact);
    if (known) known.push(position);
    else positions.set(artifact, [position]);
  }
  const digests = [...positions.keys()];
  for (let start = 0; start < digests.length; start += CONCURRENCY) {
    const batch = digests.slice(start, start + CONCURRENCY);
    await Promise.all(
      batch.map(async (digest) => {
        const rows = await open(digest);
        for (const position of positions.get(digest)!) {
          const ref = refs.at(position)!;
          values[position] = value(ref, rowOf(ref, rows));
        }
      }),
    );
  }
  return values;
}

function rowOf<S extends { key: Digest }>(ref: RowRef, rows: S[]): S {
  const row = rows[ref.row];
  if (row?.key === ref.key) return row;
  const got = row ? `key ${row.key}` : `${rows.length} rows`;
  throw new HoplineError('INPUT_MISMATCH', `row ${ref.row} of shard ${ref.artifact} must have the key ${ref.key}, got ${got}`, {
    hint: 'the database and the store do not belong together: check DATABASE_URL and STORE_URL',
  });
}
