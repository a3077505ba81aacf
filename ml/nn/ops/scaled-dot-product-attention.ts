import { ShapeError } from '../errors.ts';
import { dimQuotient, showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { add, mul } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { reshape } from './reshape.ts';
import { softmax } from './softmax.ts';
import { transpose } from './transpose.ts';

export interface AttentionOptions {
  /** Added to the scores; broadcasts to [B, H, Tq, Tk]. */
  readonly mask?: Value;
}

/** softmax(q k^T / sqrt(d) + mask) v for each head: q[B, Tq, D], k[B, Tk, D], v[B, Tk, D] -> [B, Tq, D].
 *  Vaswani et al. 2017, eq. 1. Cross-attention when Tk comes from elsewhere. */
export function scaledDotProductAttention(q: Value, k: Value, v: Value, heads: number, { mask }: AttentionOptions = {}): Value {
  const size = dimQuotient(q.shape.at(-1)!, heads);
  if (typeof size !== 'number' || q.rank !== 3 || k.rank !== 3 || v.rank !== 3) {
    const shapes = [q, k, v].map((value) => showShape(value.shape)).join(', ');
    throw new ShapeError('scaledDotProductAttention', `needs three [B, T, D] with D a multiple of ${heads} heads, got ${shapes}`);
  }
  const scores = mul(matmul(byHead(q, heads), byHead(k, heads), { transposeB: true }), 1 / Math.sqrt(size));
  const weights = softmax(mask ? add(scores, mask) : scores);
  return reshape(transpose(matmul(weights, byHead(v, heads)), [0, 2, 1, 3]), q.shape);
}

/** [B, T, D] -> [B, H, T, D / H]. */
function byHead(x: Value, heads: number): Value {
  const [batch, length, width] = x.shape;
  return transpose(reshape(x, [batch!, length!, heads, dimQuotient(width!, heads)!]), [0, 2, 1, 3]);
}
