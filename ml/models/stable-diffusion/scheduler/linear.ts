/** A factor and the tensor that it is multiplied with. */
type Term = readonly [factor: number, tensor: Float32Array];

/** The sum of `factor * tensor`, summed in double precision and rounded once. Two and three terms, the hot ones, go without an inner loop. */
export function linear(...terms: readonly Term[]): Float32Array {
  const [[a, x], second, third] = terms as [Term, ...Term[]];
  const result = new Float32Array(x.length);
  if (terms.length === 2) {
    const [b, y] = second!;
    for (let i = 0; i < result.length; i++) result[i] = a * x[i]! + b * y[i]!;
  } else if (terms.length === 3) {
    const [b, y] = second!;
    const [c, z] = third!;
    for (let i = 0; i < result.length; i++) result[i] = a * x[i]! + b * y[i]! + c * z[i]!;
  } else {
    for (let i = 0; i < result.length; i++) {
      let sum = 0;
      for (const [factor, tensor] of terms) sum += factor * tensor[i]!;
      result[i] = sum;
    }
  }
  return result;
}
