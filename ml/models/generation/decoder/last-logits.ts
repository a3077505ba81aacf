import { type OnnxTensor, requireNoNaN } from '../../onnx/index.ts';

/** The last position's logits of each row of [rows, positions, vocabulary], as views. @throws MODEL_NOT_FINITE where one is NaN */
export function lastLogits({ data, shape }: OnnxTensor, where: string): Float32Array[] {
  const [rows, positions, vocabulary] = shape as [number, number, number];
  const logits = data as Float32Array;
  return Array.from({ length: rows }, (_, row) => {
    const end = (row + 1) * positions * vocabulary;
    const last = logits.subarray(end - vocabulary, end);
    requireNoNaN(`${where} output logits`, last);
    return last;
  });
}
