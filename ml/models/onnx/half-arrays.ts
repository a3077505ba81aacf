import { fromHalf, toHalf } from '../../nn/safetensors/half.ts';
import type { OnnxData } from './onnx-tensor.ts';

/** The number behind each of the 65,536 half bit patterns: a table, since whole pictures are widened. Made at the first use. */
let widened: Float32Array | undefined;

/** IEEE 754 binary16 bits as float32 numbers. */
export function widenHalves(halves: Uint16Array): Float32Array {
  widened ??= Float32Array.from({ length: 65536 }, (_, half) => fromHalf(half));
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) numbers[i] = widened[halves[i]!]!;
  return numbers;
}

/** Numbers as binary16 bits, rounded to nearest, ties to even. */
export function roundToHalves(numbers: OnnxData | Uint16Array | readonly number[]): Uint16Array {
  const halves = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) halves[i] = toHalf(Number(numbers[i]));
  return halves;
}
