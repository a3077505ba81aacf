import { gelu, type Scope, type Value } from '../../nn/index.ts';
import { dense } from './dense.ts';
import { TEXT_WIDTH, VIEW_HIDDEN } from './sizes.ts';

/** A picture's vector in the student's space: [..., VIEW_FEATURES] -> [..., TEXT_WIDTH]. */
export const viewMlp = (scope: Scope, views: Value): Value =>
  dense(scope.child('out'), gelu(dense(scope.child('in'), views, VIEW_HIDDEN)), TEXT_WIDTH);
