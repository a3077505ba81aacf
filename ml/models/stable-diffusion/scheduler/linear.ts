/** The sum of `factor * tensor`, summed in double precision and rounded once. */
export function linear(...terms: readonly (readonly [factor: number, tensor: Float32Array])[]): Float32Array {
  const result = new Float32Array(terms[0]![1].length);
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (const [factor, tensor] of terms) sum += factor * tensor[i]!;
    result[i] = sum;
  }
  return result;
}
