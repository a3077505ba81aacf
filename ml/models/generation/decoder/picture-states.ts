import type { OnnxTensor } from '../../onnx/index.ts';
import { gatherRows } from './gather-rows.ts';

/** The pictures' hidden states, a row for each sequence: gathered again only when the sequences change places. */
export class PictureStates {
  readonly #pictures: OnnxTensor;
  #rows: readonly number[] | undefined;
  #states: OnnxTensor;

  /** @param pictures [pictures, positions, width] */
  constructor(pictures: OnnxTensor) {
    this.#pictures = pictures;
    this.#states = pictures;
  }

  /** [sequences, positions, width] and the mask [sequences, positions] that hides nothing.
   *  @param from as in `Decoding.next` */
  follow(from: readonly number[]): { states: OnnxTensor; mask: () => OnnxTensor } {
    const before = this.#rows;
    const rows = before === undefined ? from : from.map((row) => before[row]!);
    if (before === undefined || before.length !== rows.length || before.some((picture, at) => picture !== rows[at]))
      this.#states = gatherRows(this.#pictures, rows);
    this.#rows = rows;
    const shape = [rows.length, this.#pictures.shape[1]!];
    return { states: this.#states, mask: () => ones(shape) };
  }
}

/** int64 ones. */
export function ones(shape: readonly number[]): OnnxTensor {
  return { data: new BigInt64Array(shape.reduce((size, dim) => size * dim, 1)).fill(1n), shape };
}
