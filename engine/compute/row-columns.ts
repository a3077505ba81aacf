import type { Digest } from '../plan/digest.ts';
import type { RowRef, ScoreRef } from './row-ref.ts';

/** Rows of shards as an order carries them: 84 bytes a row, 116 where they are scores, which a million of them can be sent in; as objects they
 *  take ten times that, on both sides.
 *
 *  A record: key (32 bytes), root key (32), number of the shard, row, chain, depth, hop (int32 each, little-endian); of a score also the key of
 *  the sample that it judges (32). */
export interface RowColumns {
  count: number;
  /** Shards in the order in which they first come. */
  artifacts: Digest[];
  /** Records, ROWS_A_CHUNK a chunk. */
  chunks: Uint8Array[];
  /** Bytes of a record. */
  width: number;
}

const KEY = 32;
const PLAIN = 2 * KEY + 5 * 4;
const SCORED = PLAIN + KEY;
const ROWS_A_CHUNK = 16_384;

/** Rows that are all there, as columns. */
export function packRows<R extends RowRef>(kind: 'samples' | 'scores', rows: Iterable<R>): RowColumns {
  const packer = new RowPacker<R>(kind);
  for (const row of rows) packer.add(row);
  return packer.pack();
}

/** Makes columns of rows that come one after the other. */
export class RowPacker<R extends RowRef = RowRef> {
  private readonly columns: RowColumns;
  private readonly numbers = new Map<Digest, number>();
  private chunk: Buffer = Buffer.alloc(0);

  constructor(kind: 'samples' | 'scores') {
    this.columns = { count: 0, artifacts: [], chunks: [], width: kind === 'scores' ? SCORED : PLAIN };
  }

  add(row: R): void {
    const { columns } = this;
    const place = columns.count++ % ROWS_A_CHUNK;
    if (place === 0) {
      this.chunk = Buffer.allocUnsafe(ROWS_A_CHUNK * columns.width);
      columns.chunks.push(this.chunk);
    }
    const at = place * columns.width;
    this.chunk.write(row.key, at, KEY, 'hex');
    this.chunk.write(row.rootKey, at + KEY, KEY, 'hex');
    for (const [index, value] of [this.numberOf(row.artifact), row.row, row.chain, row.depth, row.hop].entries())
      this.chunk.writeInt32LE(value, at + 2 * KEY + 4 * index);
    if (columns.width === SCORED) this.chunk.write((row as unknown as ScoreRef).sampleKey, at + PLAIN, KEY, 'hex');
  }

  /** What was added. Nothing may be added after that. */
  pack(): RowColumns {
    const { columns } = this;
    const rest = columns.count % ROWS_A_CHUNK;
    if (rest > 0) columns.chunks[columns.chunks.length - 1] = Buffer.from(this.chunk.subarray(0, rest * columns.width));
    return columns;
  }

  private numberOf(artifact: Digest): number {
    const known = this.numbers.get(artifact);
    if (known !== undefined) return known;
    this.numbers.set(artifact, this.columns.artifacts.length);
    return this.columns.artifacts.push(artifact) - 1;
  }
}

/** Reads columns row by row. Each row is made when it is asked for. */
export class PackedRows<R extends RowRef = RowRef> implements Iterable<R> {
  readonly length: number;
  /** Shards that the rows lie in. */
  readonly artifacts: readonly Digest[];
  private readonly chunks: Buffer[];
  private readonly width: number;

  constructor({ count, artifacts, chunks, width }: RowColumns) {
    this.length = count;
    this.artifacts = artifacts;
    this.chunks = chunks.map((chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.width = width;
  }

  at(index: number): R {
    const chunk = this.chunks[Math.floor(index / ROWS_A_CHUNK)]!;
    const at = (index % ROWS_A_CHUNK) * this.width;
    const number = (field: number): number => chunk.readInt32LE(at + 2 * KEY + 4 * field);
    const row: RowRef = {
      key: hex(chunk, at),
      artifact: this.artifacts[number(0)]!,
      row: number(1),
      rootKey: hex(chunk, at + KEY),
      chain: number(2),
      depth: number(3),
      hop: number(4),
    };
    return (this.width === SCORED ? { ...row, sampleKey: hex(chunk, at + PLAIN) } : row) as R;
  }

  *[Symbol.iterator](): Iterator<R> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

const hex = (bytes: Buffer, at: number): Digest => bytes.toString('hex', at, at + KEY);
