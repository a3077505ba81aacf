import { ShapeError } from '../errors.ts';
import { showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { reshape } from './reshape.ts';

export interface AffineOptions {
  /** The weight is kept as [out, in], as PyTorch keeps those of its Linear. Default false: [in, out]. */
  readonly transposed?: boolean;
}

/** x[..., in] @ weight[in, out] + bias[out] -> [..., out], as one Gemm. */
export function affine(x: Value, weight: Value, bias?: Value, { transposed = false }: AffineOptions = {}): Value {
  const [size, outputs] = transposed ? [weight.shape[1], weight.shape[0]] : [weight.shape[0], weight.shape[1]];
  if (weight.rank !== 2 || x.shape.at(-1) !== size || (bias && bias.shape[0] !== outputs)) {
    const got = [x, weight, ...(bias ? [bias] : [])].map((value) => showShape(value.shape)).join(', ');
    throw new ShapeError('affine', `needs x[..., in], weight[${transposed ? 'out, in' : 'in, out'}], bias[out], got ${got}`);
  }
  const rows = reshape(x, [-1, size!]);
  const inputs = bias ? [rows, weight, bias] : [rows, weight];
  const output = rows.graph.emit('Gemm', inputs, [rows.shape[0]!, outputs!], transposed ? { transB: 1 } : {});
  rows.graph.record(inputs, output, (d) => [
    rows.requiresGrad ? gemm(d, weight, false, !transposed) : null,
    weight.requiresGrad ? (transposed ? gemm(d, rows, true, false) : gemm(rows, d, true, false)) : null,
    ...(bias ? [bias.requiresGrad ? columnSums(d) : null] : []),
  ]);
  return reshape(output, [...x.shape.slice(0, -1), outputs!]);
}

/** a @ b with either side transposed, both 2-D. */
export function gemm(a: Value, b: Value, transA: boolean, transB: boolean): Value {
  const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
  return a.graph.emit('Gemm', [a, b], shape, { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
}

/** Sums over the rows: [n, d] -> [d]. */
export const columnSums = (x: Value): Value =>
  x.graph.emit('ReduceSum', [x, x.graph.integers([0])], [x.shape[1]!], { keepdims: 0 });
