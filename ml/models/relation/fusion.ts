import { concat, dropout, gelu, mul, reshape, type Scope, type Value } from '../../nn/index.ts';
import { dense } from './dense.ts';
import { FUSION_HIDDEN } from './sizes.ts';

export interface FusionOptions {
  classes: number;
  /** Training only: bool [B, FUSION_HIDDEN], shared by all rows of an instance (Gal and Ghahramani 2016), and its rate. */
  drop?: { keep: Value; rate: number };
}

/** logits = MLP([t; u; t * u]) for R readings of an instance: text and view [B, R, D] -> [B, R, classes]. */
export function fuse(scope: Scope, text: Value, view: Value, { classes, drop }: FusionOptions): Value {
  const hidden = gelu(dense(scope.child('in'), concat([text, view, mul(text, view)], -1), FUSION_HIDDEN));
  const kept = drop ? dropout(hidden, reshape(drop.keep, [text.dim(0), 1, FUSION_HIDDEN]), drop.rate) : hidden;
  return dense(scope.child('out'), kept, classes);
}
