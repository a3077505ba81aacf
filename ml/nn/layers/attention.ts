import type { Value } from '../graph/value.ts';
import { split } from '../ops/concat.ts';
import { scaledDotProductAttention } from '../ops/scaled-dot-product-attention.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

export interface AttentionLayerOptions {
  /** Must divide the width. */
  readonly heads: number;
  /** Additive; broadcasts to [B, H, Tq, Tk]. See causalMask, prefixMask, paddingMask. */
  readonly mask?: Value | undefined;
  /** Keys and values come from here [B, Tk, C] (cross-attention). Default: x itself. */
  readonly context?: Value | undefined;
}

/** Multi-head attention x[B, T, D] -> [B, T, D]. Parameters: qkv and out, or query, keyValue and out with a context. */
export function attention(scope: Scope, x: Value, { heads, mask, context }: AttentionLayerOptions): Value {
  const { query, key, value } = attentionInputs(scope, x, context);
  return linear(scope.child('out'), scaledDotProductAttention(query, key, value, heads, mask ? { mask } : {}), x.dim(-1));
}

/** The projected query, key and value, each [B, T, D]: for a decoder that keeps keys and values between steps. */
export function attentionInputs(scope: Scope, x: Value, context?: Value): { query: Value; key: Value; value: Value } {
  const width = x.dim(-1);
  if (!context) {
    const [query, key, value] = split(linear(scope.child('qkv'), x, 3 * width), [width, width, width], -1);
    return { query: query!, key: key!, value: value! };
  }
  const [key, value] = split(linear(scope.child('keyValue'), context, 2 * width), [width, width], -1);
  return { query: linear(scope.child('query'), x, width), key: key!, value: value! };
}
