import type { Value } from '../graph/value.ts';
import { add } from '../ops/arithmetic.ts';
import { type AttentionLayerOptions, attention } from './attention.ts';
import { type FeedForwardOptions, feedForward } from './feed-forward.ts';
import { layerNorm } from './layer-norm.ts';
import type { Scope } from './scope.ts';

export interface TransformerBlockOptions extends AttentionLayerOptions, FeedForwardOptions {
  /** Applied to what each branch adds to the residual: where dropout goes. */
  readonly regularize?: ((branch: Value) => Value) | undefined;
  /** The self-attention. Default: `attention`. A decoder with a cache puts `prefillAttention` or `stepAttention` here. */
  readonly attend?: ((scope: Scope, x: Value) => Value) | undefined;
}

/** A pre-LN transformer block [B, T, D] -> [B, T, D] (Xiong et al. 2020): self-attention, cross-attention when there is a
 *  context, feed-forward. The mask is the self-attention's. */
export function transformerBlock(scope: Scope, x: Value, options: TransformerBlockOptions): Value {
  const { heads, mask, context, regularize = (branch: Value) => branch } = options;
  const attend = options.attend ?? ((inner: Scope, state: Value) => attention(inner, state, { heads, mask }));
  let state = add(x, regularize(attend(scope.child('attention'), layerNorm(scope.child('attentionNorm'), x))));
  if (context) {
    const query = layerNorm(scope.child('crossNorm'), state);
    state = add(state, regularize(attention(scope.child('cross'), query, { heads, context })));
  }
  return add(
    state,
    regularize(feedForward(scope.child('feedForward'), layerNorm(scope.child('feedForwardNorm'), state), options)),
  );
}
