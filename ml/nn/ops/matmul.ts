import { ShapeError } from '../errors.ts';
import { broadcastShape, sumToShape } from '../graph/broadcast.ts';
import { showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Batched matrix product [..., m, k] x [..., k, n] -> [..., m, n]; leading dimensions broadcast. */
export function matmul(a: Value, b: Value, { transposeA = false, transposeB = false }: MatmulOptions = {}): Value {
  if (a.rank < 2 || b.rank < 2)
    throw new ShapeError('matmul', `needs at least 2 dimensions, got ${showShape(a.shape)} and ${showShape(b.shape)}`);
  const output = product(a, b, transposeA, transposeB);
  return a.graph.record([a, b], output, (d) => {
    const forA = (): Value => (transposeA ? product(b, d, transposeB, true) : product(d, b, false, !transposeB));
    const forB = (): Value => (transposeB ? product(d, a, true, transposeA) : product(a, d, !transposeA, false));
    return [a.requiresGrad ? sumToShape(forA(), a.shape) : null, b.requiresGrad ? sumToShape(forB(), b.shape) : null];
  });
}

/** onnxruntime fuses the transposes into its FusedMatMul kernel. */
function product(a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const left = transposeA ? swapLast(a) : a;
  const right = transposeB ? swapLast(b) : b;
  if (left.shape.at(-1) !== right.shape.at(-2)) {
    throw new ShapeError('matmul', `inner dimensions must be equal, got ${showShape(left.shape)} and ${showShape(right.shape)}`);
  }
  const lead = broadcastShape('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2));
  return a.graph.emit('MatMul', [left, right], [...lead, left.shape.at(-2)!, right.shape.at(-1)!]);
}

function swapLast(x: Value): Value {
  const axes = x.shape.map((_, i) => i);
  const perm = [...axes.slice(0, -2), x.rank - 1, x.rank - 2];
  return x.graph.emit(
    'Transpose',
    [x],
    perm.map((axis) => x.shape[axis]!),
    { perm },
  );
}
