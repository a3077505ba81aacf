import { ShapeError } from '../errors.ts';
import { dimProduct, dimQuotient, showShape } from '../graph/dim.ts';
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
export function scaledDotProductAttention(q: Value, k: Value, v: Value, heads: number, options: AttentionOptions = {}): Value {
  return joinHeads(attentionByHead(splitHeads(q, heads), splitHeads(k, heads), splitHeads(v, heads), options));
}

/** The same over heads that are already apart: q[B, H, Tq, d], k[B, H, Tk, d], v[B, H, Tk, d] -> [B, H, Tq, d]. */
export function attentionByHead(q: Value, k: Value, v: Value, { mask }: AttentionOptions = {}): Value {
  const scores = mul(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(q.dim(-1)));
  return matmul(softmax(mask ? add(scores, mask) : scores), v);
}

/** [B, T, D] -> [B, H, T, D / H]. */
export function splitHeads(x: Value, heads: number): Value {
  const size = x.rank === 3 ? dimQuotient(x.shape[2]!, heads) : undefined;
  if (typeof size !== 'number') {
    throw new ShapeError('attention', `needs [B, T, D] with D a multiple of ${heads} heads, got ${showShape(x.shape)}`);
  }
  return transpose(reshape(x, [x.shape[0]!, x.shape[1]!, heads, size]), [0, 2, 1, 3]);
}

/** [B, H, T, d] -> [B, T, H d]. */
export function joinHeads(x: Value): Value {
  const [batch, heads, length, size] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch!, length!, dimProduct([heads!, size!])]);
}
