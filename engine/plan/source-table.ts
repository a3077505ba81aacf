import { createHash } from 'node:crypto';
import type { Digest } from './digest.ts';
import { HoplineError } from './errors.ts';

/** The real samples of one source row. */
export interface SourceRow {
  textKey: Digest | null;
  imageKey: Digest | null;
}

const BYTES = 32;

/** A root key is that of the row's text, or of its image where it has no text. */
export const rootKeyOf = (row: SourceRow): Digest => row.textKey ?? row.imageKey!;

/** The chosen rows of a source, 66 bytes a row. */
export class SourceTable {
  readonly rows: number;
  private readonly keys: Record<'text' | 'image', Buffer>;
  private readonly present: Record<'text' | 'image', Uint8Array>;

  constructor(rows: number) {
    this.rows = rows;
    this.keys = { text: Buffer.alloc(rows * BYTES), image: Buffer.alloc(rows * BYTES) };
    this.present = { text: new Uint8Array(rows), image: new Uint8Array(rows) };
  }

  static of(rows: readonly SourceRow[]): SourceTable {
    const table = new SourceTable(rows.length);
    rows.forEach((row, index) => {
      table.set(index, row);
    });
    return table;
  }

  set(row: number, { textKey, imageKey }: SourceRow): void {
    if (textKey !== null) this.put('text', row, textKey);
    if (imageKey !== null) this.put('image', row, imageKey);
  }

  /** null where the row has none. */
  key(medium: 'text' | 'image', row: number): Digest | null {
    return this.present[medium][row] ? this.keys[medium].toString('hex', row * BYTES, (row + 1) * BYTES) : null;
  }

  rootKey(row: number): Digest {
    return (this.key('text', row) ?? this.key('image', row))!;
  }

  /** The first row without a sample of the medium. */
  firstWithout(medium: 'text' | 'image'): number | undefined {
    const row = this.present[medium].indexOf(0);
    return row === -1 ? undefined : row;
  }

  /** @throws WIRING_INVALID naming the first row without a sample of the medium. */
  assertHas(source: string, medium: 'text' | 'image'): void {
    const row = this.firstWithout(medium);
    if (row !== undefined) throw new HoplineError('WIRING_INVALID', `source "${source}" row ${row} has no ${medium}`);
  }

  /** SHA-256 of the rows in their order. */
  digest(): Digest {
    const digest = createHash('sha256');
    for (const medium of ['text', 'image'] as const) digest.update(this.present[medium]).update(this.keys[medium]);
    return digest.digest('hex');
  }

  private put(medium: 'text' | 'image', row: number, key: Digest): void {
    this.keys[medium].write(key, row * BYTES, BYTES, 'hex');
    this.present[medium][row] = 1;
  }
}
