import type { OnnxTensor } from '../../onnx/index.ts';

/** The rows of a tensor's first axis in another order, repeated or left out. Nothing is copied where they stay as they are. */
export function gatherRows(tensor: OnnxTensor, rows: readonly number[]): OnnxTensor {
  const [count = 0, ...rest] = tensor.shape;
  if (rows.length === count && rows.every((row, place) => row === place)) return tensor;
  const size = count === 0 ? 0 : tensor.data.length / count;
  const source = tensor.data as Float32Array;
  // Same element type as the source.
  const data = new (source.constructor as Float32ArrayConstructor)(rows.length * size);
  for (const [place, row] of rows.entries()) data.set(source.subarray(row * size, (row + 1) * size), place * size);
  return { data, shape: [rows.length, ...rest] };
}
