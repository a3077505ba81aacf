import { notFinite, type OnnxTensor } from '../../onnx/index.ts';

/** The last position's logits of each row of [rows, positions, vocabulary], as views. @throws MODEL_NOT_FINITE where one is NaN */
export function lastLogits({ data, shape }: OnnxTensor, where: string): Float32Array[] {
  const [rows, positions, vocabulary] = shape as [number, number, number];
  const logits = data as Float32Array;
  return Array.from({ length: rows }, (_, row) => {
    const end = (row + 1) * positions * vocabulary;
    const last = logits.subarray(end - vocabulary, end);
    if (hasNaN(last)) throw notFinite(`${where} output logits`, 'NaN');
    return last;
  });
}

/** By four sums side by side, which a processor adds at once: NaN in any number is NaN in one of them. So are infinities of both signs, which are
 *  looked at again. */
function hasNaN(values: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) a += values[i]!;
  return Number.isNaN(a + b + c + d) && values.some(Number.isNaN);
}
