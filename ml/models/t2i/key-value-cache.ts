import type { Tensor } from '../../nn/index.ts';
import { HEAD_SIZE, HEADS, LAYERS, WIDTH } from './text-to-image.ts';
import { POSITIONS } from './token-layout.ts';

/** Keys [B, 4, 24, 50] and values [B, 4, 50, 24] of each layer, laid out so that a step multiplies with them as they are. */
export class KeyValueCache {
  readonly #rows: number;
  readonly #keys: Float32Array[];
  readonly #values: Float32Array[];
  /** 0 where a place is filled, else -1e9. */
  readonly #open = new Float32Array(POSITIONS).fill(-1e9);

  constructor(rows: number) {
    this.#rows = rows;
    const empty = (): Float32Array[] => Array.from({ length: LAYERS }, () => new Float32Array(rows * WIDTH * POSITIONS));
    this.#keys = empty();
    this.#values = empty();
  }

  /** Forgets everything from `position` on; what lies there is masked until it is written again. */
  truncate(position: number): void {
    this.#open.fill(-1e9, position);
  }

  /** Writes keys and values [rows, length, 96] of some consecutive rows at places position, position + 1, ... */
  write(outputs: Record<string, Tensor>, length: number, position: number, firstRow = 0, rows = this.#rows): void {
    for (let layer = 0; layer < LAYERS; layer++) {
      const keys = outputs[`key${layer}`]!.data as Float32Array;
      const values = outputs[`value${layer}`]!.data as Float32Array;
      for (let row = 0; row < rows; row++) {
        for (let t = 0; t < length; t++)
          this.#writeToken(layer, firstRow + row, position + t, keys, values, (row * length + t) * WIDTH);
      }
    }
    this.#open.fill(0, position, position + length);
  }

  /** As inputs of the step graph. */
  feeds(): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = { open: { data: this.#open, shape: [POSITIONS] } };
    for (let layer = 0; layer < LAYERS; layer++) {
      feeds[`keys${layer}`] = { data: this.#keys[layer]!, shape: [this.#rows, HEADS, HEAD_SIZE, POSITIONS] };
      feeds[`values${layer}`] = { data: this.#values[layer]!, shape: [this.#rows, HEADS, POSITIONS, HEAD_SIZE] };
    }
    return feeds;
  }

  #writeToken(layer: number, row: number, position: number, keys: Float32Array, values: Float32Array, from: number): void {
    const toKeys = this.#keys[layer]!;
    const toValues = this.#values[layer]!;
    const start = row * WIDTH * POSITIONS;
    for (let head = 0; head < HEADS; head++) {
      const valuesAt = start + (head * POSITIONS + position) * HEAD_SIZE;
      const keysAt = start + head * HEAD_SIZE * POSITIONS + position;
      for (let d = 0; d < HEAD_SIZE; d++) {
        toKeys[keysAt + d * POSITIONS] = keys[from + head * HEAD_SIZE + d]!;
        toValues[valuesAt + d] = values[from + head * HEAD_SIZE + d]!;
      }
    }
  }
}
